"""What the forms of the designer share: limits in words of time, choices that keep old values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workorders.flow.reading_stages import LONGEST_BUSINESS_TIME

if TYPE_CHECKING:
    from workorders.flow_choices import FlowChoices

UNITS = {"minutes": 1, "hours": 60, "days": 1440}
_BUSINESS_DAY = 540
"""Minutes of business in a day: what "days" means for hours of business."""


def with_old(choices: Iterable[tuple[str, Any]], values: Iterable[str]) -> list[tuple[str, Any]]:
    """Return choices, with values that are no more among them at the end under their codes."""
    found = list(choices)
    known = {code for code, _label in found}
    return [*found, *((value, value) for value in values if value and value not in known)]


def choose(field: forms.Field, choices: Iterable[tuple[str, Any]]) -> None:
    """Let a field offer these choices."""
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  (tells the type checker)
    field.choices = list(choices)


def as_typed(form: forms.BaseForm) -> dict[str, Any]:
    """Return what was typed into a bound form as the first values of one that shows no errors."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


class LimitForm(forms.Form):
    """A time limit: a number, its unit, and by which time it passes."""

    limit = forms.IntegerField(label=_("Time limit"), required=False, min_value=1, max_value=9999)
    unit = forms.ChoiceField(
        label=_("Unit of the limit"),
        choices=[("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
    )
    clock = forms.ChoiceField(
        label=_("The time passes"),
        choices=[("clock", _("by the clock")), ("business", _("in hours of business"))],
    )

    def __init__(self, *args: Any, choices: FlowChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = choices

    @staticmethod
    def limit_of(table: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first values for a stage or task."""
        minutes, business = table.get("sla_minutes"), bool(table.get("business_time"))
        day = _BUSINESS_DAY if business else UNITS["days"]
        found = {"unit": "hours", "clock": "business" if business else "clock"}
        if not minutes:
            return found
        for unit, length in (("days", day), ("hours", 60), ("minutes", 1)):
            if minutes % length == 0:
                return found | {"limit": minutes // length, "unit": unit}
        return found

    def clean(self) -> dict[str, Any]:
        """Hours of business are counted day by day, so not for ever."""
        given = super().clean() or {}
        if self.is_business and (self.minutes or 0) > LONGEST_BUSINESS_TIME:
            words = _("In hours of business a limit is at most 250 working days")
            self.add_error("limit", ValidationError(words))
        return given

    @property
    def is_business(self) -> bool:
        """Whether the limit passes in hours of business; without a limit it does not."""
        return self.cleaned_data.get("clock") == "business" and bool(self.minutes)

    @property
    def minutes(self) -> int | None:
        """The limit of a valid form in minutes."""
        limit, unit = self.cleaned_data.get("limit"), self.cleaned_data.get("unit", "")
        if not limit or unit not in UNITS:
            return None
        in_business = unit == "days" and self.cleaned_data.get("clock") == "business"
        return int(limit) * (_BUSINESS_DAY if in_business else UNITS[unit])
