"""What a dashboard is asked to show; what makes no sense falls back to this month by city."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from dashboards.periods import Kind, Period, period_of
from dashboards.resting import How
from network.models import Region

if TYPE_CHECKING:
    from django.utils.functional import Promise


class Measure(StrEnum):
    """What the cells of the matrix hold."""

    REVENUE = "revenue"
    PAYOUT = "payout"
    MARGIN = "margin"
    RATE = "rate"
    ORDERS = "orders"
    CHANGE = "change"


MEASURE_LABELS: dict[Measure, Promise] = {
    Measure.REVENUE: _("Revenue"),
    Measure.PAYOUT: _("Installer pay"),
    Measure.MARGIN: _("Margin"),
    Measure.RATE: _("Margin rate"),
    Measure.ORDERS: _("Orders"),
    Measure.CHANGE: _("Growth"),
}
KIND_LABELS: dict[Kind, Promise] = {
    Kind.WEEK: _("Week"),
    Kind.MONTH: _("Month"),
    Kind.QUARTER: _("Quarter"),
}
LEVEL_LABELS: dict[str, Promise] = {
    Region.Level.CITY.value: _("City"),
    Region.Level.PROVINCE.value: _("Province"),
    Region.Level.BIG_REGION.value: _("Big region"),
}


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: period, measure, width of the columns and one province or all ("")."""

    period: Period
    measure: Measure
    level: str
    province: str


class ViewForm(forms.Form):
    """Reads the query of the boss view."""

    by = forms.ChoiceField(choices=list(KIND_LABELS.items()), required=False)
    on = forms.DateField(required=False)
    show = forms.ChoiceField(choices=list(MEASURE_LABELS.items()), required=False)
    level = forms.ChoiceField(choices=list(LEVEL_LABELS.items()), required=False)
    province = forms.RegexField(r"^\d{2}$", required=False)

    def view(self) -> View:
        """Return what is asked for."""
        self.is_valid()
        found = self.cleaned_data
        today = clock.business_day()
        day = found.get("on") or today
        # Beyond these years a calendar has no week before or after.
        if not 2000 <= day.year <= today.year + 1:
            day = today
        return View(
            period=period_of(Kind(found.get("by") or Kind.MONTH), day),
            measure=Measure(found.get("show") or Measure.REVENUE),
            level=found.get("level") or Region.Level.CITY.value,
            province=found.get("province") or "",
        )


class CellForm(ViewForm):
    """Reads which cell is opened; without item or column it is a whole row, column or all."""

    item = forms.IntegerField(required=False, min_value=0, max_value=2**31)
    column = forms.IntegerField(required=False, min_value=0, max_value=2**31)

    def cell(self) -> dict[str, int | None]:
        """Return the ids of item and column asked for; call `view` first."""
        found = self.cleaned_data
        return {"item": found.get("item"), "column": found.get("column")}


_LARGEST = 2**62


class RestForm(forms.Form):
    """Reads which alert is put to rest and how, and as what it was seen."""

    key = forms.CharField(max_length=80)
    how = forms.ChoiceField(choices=How.choices)
    newest = forms.IntegerField(min_value=0, max_value=_LARGEST)
    size = forms.IntegerField(min_value=0, max_value=_LARGEST)


class WakeForm(forms.Form):
    """Reads which alert is shown again."""

    key = forms.CharField(max_length=80)
