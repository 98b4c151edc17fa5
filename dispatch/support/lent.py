"""Who belongs to which other city on which day: what every look at people and days goes by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from common import clock
from common.remembering import remembered
from dispatch.engine.facts import Shift, Span
from dispatch.models import SupportRequest
from dispatch.rosters.hours import USUAL_HOURS
from network.geo import point_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dispatch.engine.facts import Tech
    from network.geo import Point
    from network.models import OrgUnit, Region

AHEAD_DAYS = 14
"""So far ahead support is asked for."""


@dataclass(frozen=True, slots=True)
class Lent:
    """Where somebody works on a day: for which outlet, in which city.

    Until they agreed the day is kept free, and nobody sends them anywhere.
    """

    day: date
    unit: OrgUnit
    city: Region
    is_agreed: bool

    @property
    def begins_at(self) -> Point | None:
        """Where the day begins: at the outlet that borrows; None when it is not on the map."""
        return point_or_none(self.unit.lon, self.unit.lat)

    def covers(self, region: Region | None) -> bool:
        """Whether they may be sent to a site in a region."""
        return self.is_agreed and region is not None and region.path.startswith(self.city.path)


def lent_days(
    days: Iterable[date], ids: Iterable[int] | None = None
) -> Mapping[int, Mapping[date, Lent]]:
    """Return who is lent on which of some days, by installer id; one query."""
    rows = SupportRequest.objects.filter(day__in=list(days), state__in=SupportRequest.HOLDING)
    if ids is not None:
        rows = rows.filter(installer__in=list(ids))
    found: dict[int, dict[date, Lent]] = defaultdict(dict)
    for row in rows.select_related("borrower", "city"):
        agreed = row.state != SupportRequest.State.APPROVED
        found[row.installer_id][row.day] = Lent(row.day, row.borrower, row.city, agreed)
    return found


@remembered(lambda region: region and region.pk)
def supporters_for(region: Region | None) -> frozenset[int]:
    """Return who agreed to support the city a region lies in, from today on as far as is planned."""
    if region is None:
        return frozenset()
    today = clock.business_day()
    chain = [int(part) for part in region.path.split(".") if part]
    rows = SupportRequest.objects.filter(
        city__in=chain,
        state=SupportRequest.State.LOCKED,
        installer__is_active=True,
        installer__user__is_active=True,
        day__gte=today,
        day__lte=today + timedelta(days=AHEAD_DAYS),
    )
    return frozenset(rows.values_list("installer_id", flat=True))


def supporting(tech: Tech, lent: Mapping[date, Lent], region: Region | None) -> Tech:
    """Return somebody as they are with the days they are lent on: there on those days, and not here.

    On a day they agreed to they begin at the borrowing outlet, in its city whatever their radius;
    who only stood by works the usual hours.
    """
    if not lent:
        return tech
    away = tuple(each for each in tech.shifts if _day(each) not in lent)
    there = [each for _day_of, each in sorted(lent.items()) if each.covers(region)]
    if not there:
        return replace(tech, shifts=away)
    return replace(beginning_there(tech, there), regions=frozenset(), crosses_regions=False)


def beginning_there(tech: Tech, there: Sequence[Lent]) -> Tech:
    """Return somebody with the days they support a city alone, from the borrowing outlet on."""
    days = {each.day for each in there}
    shifts = [each for each in tech.shifts if _day(each) in days]
    shifts += [_usual(day) for day in sorted(days - {_day(each) for each in shifts})]
    return replace(tech, home=there[0].begins_at or tech.home, shifts=tuple(shifts), radius_m=None)


def _day(shift: Shift) -> date:
    return datetime.fromtimestamp(shift.span.start, clock.CHINA).date()


def _usual(day: date) -> Shift:
    begins, ends = (int(datetime.combine(day, at, clock.CHINA).timestamp()) for at in USUAL_HOURS)
    return Shift(Span(begins, ends))
