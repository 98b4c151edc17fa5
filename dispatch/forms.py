"""What a dispatcher enters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Refused
from dispatch.board.filters import WEEK, BoardFilter, board_outlets, board_regions
from dispatch.models import Assignment
from network.models import OrgUnit, Region

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User


class BoardFilterForm(forms.Form):
    """Day, outlet and region; every field may be empty, a wrong one counts as empty."""

    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    outlet = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Service outlet"), required=False, empty_label=_("All")
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("Region"), required=False, empty_label=_("All")
    )

    def __init__(self, query: QueryDict, *, actor: User) -> None:
        super().__init__(query)
        self.fields["outlet"].queryset = board_outlets(actor=actor)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["region"].queryset = board_regions(actor=actor)  # type: ignore[attr-defined]  # a ModelChoiceField

    def chosen(self) -> BoardFilter:
        """Return what was chosen; days far from today are today."""
        self.is_valid()
        values = self.cleaned_data
        today = clock.business_day()
        day = values.get("day") or today
        page = str(self.data.get("page", ""))
        return BoardFilter(
            day=day if abs((day - today).days) <= 366 else today,
            outlet=values.get("outlet"),
            region=values.get("region"),
            page=int(page) if page.isdecimal() and len(page) < 5 else 1,
            is_week=self.data.get("span") == WEEK,
        )


class CheckedForm(forms.Form):
    """A form of a button on the board: what is wrong with it is a refusal, shown as a toast."""

    def checked(self) -> dict[str, object]:
        """Return the clean values; raises Refused("form.invalid") with every reason."""
        if not self.is_valid():
            reasons = [
                f"{self.fields[name].label or name}: {reason}" if name in self.fields else reason
                for name, found in self.errors.items()
                for reason in found
            ]
            raise Refused("form.invalid", "；".join(str(reason) for reason in reasons))
        return dict(self.cleaned_data)


class AssignForm(CheckedForm):
    """Whom to send; `reason` takes the order away from who has it."""

    installer = forms.IntegerField(label=_("Installer"), min_value=1, max_value=2**31)
    way = forms.ChoiceField(
        label=_("Way"),
        choices=[
            (Assignment.Way.SUGGESTED, Assignment.Way.SUGGESTED.label),
            (Assignment.Way.MANUAL, Assignment.Way.MANUAL.label),
        ],
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
    over_reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
    taking = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        """Ask for a reason where the dispatcher knows that somebody has the order."""
        values = dict(super().clean() or {})
        if values.get("taking") and not values.get("reason"):
            raise forms.ValidationError(_("Give a reason for taking the order away"))
        return values


class OfferForm(CheckedForm):
    """How far and how long a job is offered."""

    radius_km = forms.IntegerField(label=_("Radius (km)"), min_value=1, max_value=200)
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=72)


class ReasonForm(CheckedForm):
    """Why an order is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
