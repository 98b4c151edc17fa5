"""The form of the hours in which the company works."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.workdays import Hours


def _clock(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, input_formats=["%H:%M", "%H:%M:%S"], widget=widget)


class BusinessHoursForm(forms.Form):
    """From when until when, and on which days."""

    opens = _clock(gettext_lazy("Opens"))
    closes = _clock(gettext_lazy("Closes"))
    rest_days = forms.BooleanField(
        label=gettext_lazy("Works on Saturdays, Sundays and other days of rest"), required=False
    )
    holidays = forms.BooleanField(label=gettext_lazy("Works on public holidays"), required=False)

    def clean(self) -> dict[str, Any]:
        """Say at the field that a day ends after it began."""
        found = super().clean() or self.cleaned_data
        opens, closes = found.get("opens"), found.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("Closing has to be later than opening"))
        return found

    def hours(self) -> Hours:
        """The hours as entered."""
        return Hours(**self.cleaned_data)
