"""What the page can be asked for: period, measure, level, and the address of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import clock
from dashboards.forms import KIND_LABELS, LEVEL_LABELS, MEASURE_LABELS, View
from dashboards.periods import Kind, Period


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at the same figures."""

    label: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Switches:
    """Everything that can be chosen, and the neighbouring periods."""

    kinds: list[Choice]
    measures: list[Choice]
    levels: list[Choice]
    before: str
    after: str
    all_provinces: str


def title_of(period: Period) -> str:
    first = period.first
    match period.kind:
        case Kind.MONTH:
            return _("%(year)d-%(month)02d") % {"year": first.year, "month": first.month}
        case Kind.QUARTER:
            quarter = (first.month - 1) // 3 + 1
            return _("%(year)d, quarter %(n)d") % {"year": first.year, "n": quarter}
    return f"{first:%Y-%m-%d} – {period.last:%m-%d}"


def query_of(view: View, **changes: str) -> dict[str, str]:
    """The query that shows a view, with changes; "" drops a part."""
    query = {
        "by": view.period.kind.value,
        "on": view.period.first.isoformat(),
        "show": view.measure.value,
        "level": view.level,
        "province": view.province,
        **changes,
    }
    return {name: value for name, value in query.items() if value}


def address_of(view: View, **changes: str) -> str:
    return f"{reverse('dashboards:boss')}?{urlencode(query_of(view, **changes))}"


def switches_of(view: View) -> Switches:
    today = clock.business_day().isoformat()
    period = view.period
    return Switches(
        kinds=[
            # From a long period to a shorter one: the one of today, not the first of the long one.
            Choice(str(label), address_of(view, by=kind, on=today), kind is period.kind)
            for kind, label in KIND_LABELS.items()
        ],
        measures=[
            Choice(str(label), address_of(view, show=measure), measure is view.measure)
            for measure, label in MEASURE_LABELS.items()
        ],
        levels=[
            Choice(str(label), address_of(view, level=level), level == view.level)
            for level, label in LEVEL_LABELS.items()
        ],
        before=address_of(view, on=period.before().first.isoformat()),
        after=address_of(view, on=period.after().first.isoformat()),
        all_provinces=address_of(view, province="") if view.province else "",
    )
