"""What is entered about a week: a cell, a version to publish, which week is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.forms import CheckedForm
from dispatch.rosters.reading import roster_units
from network.models import OrgUnit

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User

_IDS = r"^(\d{1,9}(,\d{1,9}){0,3})?$"


class CellForm(CheckedForm):
    """A cell as it should be, and as the person saw it: ids with commas between."""

    installer = forms.IntegerField(label=_("Installer"), min_value=1, max_value=2**31)
    day = forms.DateField(label=_("Day"))
    patterns = forms.RegexField(_IDS, label=_("Shifts"), required=False)
    seen = forms.RegexField(_IDS, label=_("Shifts before"), required=False)

    def ids(self, name: str) -> list[int]:
        """Return the ids of one of the two."""
        return [int(part) for part in str(self.cleaned_data[name]).split(",") if part]


class PublishForm(CheckedForm):
    """The version somebody looked at."""

    version = forms.IntegerField(label=_("Version"), min_value=0, max_value=2**31 - 1)


class WeekForm(forms.Form):
    """Which unit and week is looked at; what is wrong counts as not said."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Service outlet"), required=False)
    week = forms.DateField(required=False)

    def __init__(self, query: QueryDict, *, actor: User) -> None:
        super().__init__(query)
        self.fields["unit"].queryset = roster_units(actor=actor)  # type: ignore[attr-defined]  # a ModelChoiceField
