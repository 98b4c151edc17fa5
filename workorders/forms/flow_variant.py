"""The forms of a flow's name, of a new variant, and of whom a variant is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.forms.flow_parts import choose


class FlowNameForm(forms.Form):
    """The name of a flow."""

    name = forms.CharField(label=_("Name"), max_length=60)

    def applies(self, when: list[dict[str, Any]]) -> dict[str, Any] | None:
        """A flow is for all orders of its kind."""
        return None


class VariantForm(FlowNameForm):
    """The name of a variant, and for whom it is beside its conditions."""

    months = forms.MultipleChoiceField(
        label=_("In these months"),
        required=False,
        choices=[(str(month), str(month)) for month in range(1, 13)],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all year"),
    )
    on_demand = forms.BooleanField(
        label=_("Only while somebody has switched it on"), required=False
    )

    @staticmethod
    def first(name: str, applies: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first values for a stored variant."""
        months = [str(month) for month in applies.get("months", [])]
        return {"name": name, "months": months, "on_demand": bool(applies.get("on_demand"))}

    def applies(self, when: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Return for whom a valid form says it is, as it is stored."""
        months = [int(month) for month in self.cleaned_data["months"]]
        return {"when": when, "months": months, "on_demand": self.cleaned_data["on_demand"]}


class NewVariantForm(forms.Form):
    """A variant to begin, from one of the library's or from nothing."""

    name = forms.CharField(label=_("Name of the variant"), max_length=60)
    overlay = forms.ChoiceField(label=_("Begin with"), required=False)

    def __init__(self, *args: Any, overlays: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["overlay"], [("", _("No change yet")), *overlays])
