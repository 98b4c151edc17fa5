"""The people of each city, the days they work, and how many of them the expected jobs take."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Installer
from common import clock
from dispatch.cities import city_of_each_region
from dispatch.demand.reading import foretold
from dispatch.facts import moment, people
from dispatch.rosters.hours import shifts_of
from dispatch.rosters.rule import roster_rule
from dispatch.support.lent import lent_days
from network.models import OrgUnit, ServiceTerritory
from network.selectors import regions_for_divisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dispatch.support.lent import Lent


@dataclass(frozen=True, slots=True)
class Balance:
    """A city's day: jobs expected, people they take, people there (`coming`, `going` counted in)."""

    city: int
    day: date
    jobs: int
    needed: int
    there: int
    coming: int
    going: int

    @property
    def short(self) -> int:
        """How many people too few; 0 when covered."""
        return max(0, self.needed - self.there)

    @property
    def spare(self) -> int:
        """How many people more than the jobs take."""
        return max(0, self.there - self.needed)


@dataclass(slots=True)
class Teams:
    """Everybody on some days: read once, asked city by city."""

    days: tuple[date, ...]
    jobs_per_shift: int
    by_city: dict[int, list[Installer]] = field(default_factory=dict)
    working: dict[int, frozenset[date]] = field(default_factory=dict)
    lent: Mapping[int, Mapping[date, Lent]] = field(default_factory=dict)
    jobs: dict[tuple[int, date], int] = field(default_factory=dict)

    def balance(self, city: int, day: date) -> Balance:
        """Return a city's day."""
        own = [each for each in self.by_city.get(city, ()) if day in self.working[each.pk]]
        going = sum(day in self.lent.get(each.pk, {}) for each in own)
        coming = sum(day in of_one and of_one[day].city.pk == city for of_one in self.lent.values())
        jobs = self.jobs.get((city, day), 0)
        return Balance(
            city,
            day,
            jobs,
            -(-jobs // self.jobs_per_shift),
            len(own) - going + coming,
            coming,
            going,
        )


def teams(days: Sequence[date]) -> Teams:
    """Read people, shifts, lent days and expected jobs; the queries do not grow with them."""
    homes = outlet_cities()
    everybody = list(
        people(
            Installer.objects.filter(
                is_active=True, user__is_active=True, outlet__is_active=True
            ).order_by("pk")
        )
    )
    by_city: dict[int, list[Installer]] = defaultdict(list)
    for each in everybody:
        if each.outlet_id in homes:
            by_city[homes[each.outlet_id]].append(each)
    there = shifts_of(everybody, days)
    working = {
        pk: frozenset(moment(shift.span.start).date() for shift in shifts)
        for pk, shifts in there.items()
    }
    tenths: dict[tuple[int, date], int] = defaultdict(int)
    for day, of_day in foretold(days).items():
        for key, jobs_x10 in of_day.items():
            if key.region is not None:
                tenths[key.region, day] += jobs_x10
    return Teams(
        tuple(days),
        roster_rule().jobs_per_shift,
        dict(by_city),
        working,
        lent_days(days),
        {key: (value + 5) // 10 for key, value in tenths.items()},
    )


def outlet_cities() -> dict[int, int]:
    """By outlet the city it stands in; where its place says nothing, the first one it serves."""
    cities = city_of_each_region()
    units = list(OrgUnit.objects.filter(is_active=True, installers__isnull=False).distinct())
    regions = regions_for_divisions({each.division_code for each in units if each.division_code})
    served = dict(
        ServiceTerritory.objects.filter(outlet__in=units)
        .order_by("-priority", "-pk")
        .values_list("outlet_id", "region_id")
    )
    found: dict[int, int] = {}
    for each in units:
        region = regions.get(each.division_code)
        stands = region.pk if region else served.get(each.pk)
        city = cities.get(stands) if stands else None
        if city is None and each.pk in served:
            city = cities.get(served[each.pk])
        if city is not None:
            found[each.pk] = city
    return found


def coming_days(ahead: int) -> tuple[date, ...]:
    """Return tomorrow and the days after it."""
    today = clock.business_day()
    return tuple(today + timedelta(days=n) for n in range(1, ahead + 1))
