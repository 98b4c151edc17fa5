"""The form that switches variants of flows on for a time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workorders.flow_switches import switchable

_MOMENT = "%Y-%m-%dT%H:%M"


def _moment_field(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    return forms.DateTimeField(label=label, widget=widget)


class SwitchForm(forms.Form):
    """Which modes, from when until when, and why."""

    modes = forms.MultipleChoiceField(
        label=_("Modes"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each is a published variant of a flow that waits to be switched on"),
    )
    starts_at = _moment_field(_("From"))
    ends_at = _moment_field(_("Until"))
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Dispatchers read this while the mode is on")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modes = self.fields["modes"]
        assert isinstance(modes, forms.MultipleChoiceField)  # noqa: S101  (tells the type checker)
        modes.choices = [
            (f"{mode.key}/{mode.variant}", f"{mode.flow_name} · {mode.name}")
            for mode in switchable()
        ]

    def clean(self) -> dict[str, Any]:
        """The end lies after the start."""
        given = super().clean() or {}
        start, end = given.get("starts_at"), given.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", ValidationError(_("The end must be after the start")))
        return given

    def chosen(self) -> list[tuple[str, str]]:
        """Return (flow's key, variant) of what a valid form names."""
        pairs = (each.split("/", 1) for each in self.cleaned_data["modes"])
        return [(key, variant) for key, variant in pairs]
