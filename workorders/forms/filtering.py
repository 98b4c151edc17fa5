"""The filters of the work order list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import OrgUnit, Region
from workorders.flow import Meaning
from workorders.listing import OrderQuery
from workorders.models import SavedFilter, WorkOrder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User

STATES = [
    ("", _("All states")),
    ("open", _("Open")),
    ("overdue", _("Overdue")),
    (Meaning.WAITING.value, _("Unassigned")),
    (Meaning.ASSIGNED.value, _("Assigned")),
    (Meaning.EN_ROUTE.value, _("En route")),
    (Meaning.ON_SITE.value, _("Working")),
    (Meaning.IN_REVIEW.value, _("In review")),
    (Meaning.DONE.value, _("Done")),
    (Meaning.ON_HOLD.value, _("On hold")),
    (Meaning.CANCELLED.value, _("Cancelled")),
]


DIFFICULTIES = [
    ("", _("Any difficulty")),
    ("any", _("Harder than usual")),
    ("height", _("Work at height")),
    *((kind.value, kind.label) for kind in WorkOrder.SiteKind if kind != WorkOrder.SiteKind.URBAN),
    ("tagged", _("With a tag")),
]


class OrderFilterForm(forms.Form):
    """Reads the query of the list; what is wrong in it filters nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=64)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Region"), required=False)
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    difficulty = forms.ChoiceField(label=_("Difficulty"), choices=DIFFICULTIES, required=False)
    flow = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    stage = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    department = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, query: Mapping[str, Any], *, actor: User) -> None:
        super().__init__(query)
        region, unit = self.fields["region"], self.fields["unit"]
        if isinstance(region, forms.ModelChoiceField):
            region.queryset = Region.objects.order_by("path")
            region.empty_label = str(_("All regions"))
        if isinstance(unit, forms.ModelChoiceField):
            units = OrgUnit.objects.order_by("path")
            unit.queryset = units if actor.sees_everything else units.filter(pk__in=actor.units)
            unit.empty_label = str(_("All units"))

    def query(self) -> OrderQuery:
        """Return what is asked for, without the fields that make no sense."""
        self.is_valid()
        found = self.cleaned_data
        return OrderQuery(
            text=found.get("q", ""),
            state=found.get("state", ""),
            region=found.get("region"),
            unit=found.get("unit"),
            since=found.get("since"),
            until=found.get("until"),
            urgent=found.get("urgent", False),
            difficulty=found.get("difficulty", ""),
            flow=found.get("flow", ""),
            stage=found.get("stage", ""),
            department=found.get("department", ""),
            after=str(self.data.get("after", "")),
        )


class SavedFilterForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A name for the filters shown now."""

    class Meta:
        model = SavedFilter
        fields = ["name", "query"]
        widgets = {"query": forms.HiddenInput()}
        labels = {"name": _("Name of this filter")}
