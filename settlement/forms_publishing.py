"""What an approver fills in, and the look-up of a version as it was known."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from settlement.proposals.approval import LONGEST_NUMBER, Terms


class PublishForm(forms.Form):
    """Number, days and reasons of the version to be published."""

    number = forms.CharField(label=_("Version"), max_length=LONGEST_NUMBER)
    effective_from = forms.DateField(
        label=_("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    effective_to = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until a later version begins"),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea({"rows": 2, "maxlength": 200})
    )
    gap_reason = forms.CharField(
        label=_("Why prices may differ that much between regions"),
        max_length=200,
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
    )
    confirmed = forms.BooleanField(label=_("I have checked the unusual factors"))

    def __init__(self, *args: Any, gaps: bool, odd: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not gaps:
            del self.fields["gap_reason"]
        if not odd:
            del self.fields["confirmed"]

    def terms(self) -> Terms:
        """Return what was filled in."""
        found = self.cleaned_data
        return Terms(
            number=found["number"],
            effective_from=found["effective_from"],
            effective_to=found["effective_to"],
            reason=found["reason"],
            gap_reason=found.get("gap_reason", ""),
            confirmed=found.get("confirmed", False),
        )


class KnownForm(forms.Form):
    """Which day, and as known when."""

    on = forms.DateField(
        label=_("Completed on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    known = forms.DateField(
        label=_("As known on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: as known now"),
    )

    def moment(self) -> datetime | None:
        """Return the end of the day whose knowledge counts, None for now."""
        known = self.cleaned_data.get("known")
        if known is None:
            return None
        return datetime.combine(known, time.max, tzinfo=clock.CHINA)
