"""Support as the desk sees it: who is short when, who could come, what was asked and came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from common import clock
from common.access import Perm, allowed
from common.workdays import day_kind
from dispatch.demand.reading import last_night
from dispatch.models import SupportRequest
from dispatch.support.costs import Quote, quote_of
from dispatch.support.reading import borrowing_outlets, lent_by, visible_supports
from dispatch.support.standby import standby_people
from dispatch.support.teams import coming_days, outlet_cities, teams
from network.models import Region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from dispatch.support.standby import Standby
    from dispatch.support.teams import Balance, Teams
    from network.models import OrgUnit

DAYS = 7
_ENDED, _OPEN = 20, 60


@dataclass(frozen=True, slots=True)
class CityRow:
    """A city of the actor's outlets with the coming days; `unit` is who borrows by default."""

    city: Region
    unit: OrgUnit
    days: tuple[Balance, ...]

    @property
    def short(self) -> int:
        """People missing on all days together."""
        return sum(each.short for each in self.days)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The day of a city looked at, with who could come."""

    unit: OrgUnit
    city: Region
    balance: Balance
    outlets: tuple[OrgUnit, ...]
    people: tuple[Standby, ...]
    is_placed: bool

    @property
    def iso(self) -> str:
        """The day as addresses name it."""
        return self.balance.day.isoformat()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its cost, and what the actor may do with it."""

    request: SupportRequest
    quote: Quote
    may_decide: bool
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class SupportView:
    """The page."""

    days: tuple[date, ...]
    kinds: Mapping[date, str]
    rows: tuple[CityRow, ...]
    chosen: Chosen | None
    open: tuple[Asked, ...]
    ended: tuple[Asked, ...]
    is_foretold: bool
    sees_margin: bool

    @property
    def short(self) -> int:
        """City days on which people are missing."""
        return sum(each.short > 0 for row in self.rows for each in row.days)


def support_page(*, actor: User, unit: str = "", day: str = "") -> SupportView:
    """Return the page for somebody; `unit` and `day` name what is looked at."""
    days = coming_days(DAYS)
    homes = outlet_cities()
    found = teams(days)
    outlets = borrowing_outlets(actor=actor, cities=homes)
    rows = _rows(found, outlets, homes, days)
    chosen = _chosen(found, rows, outlets, homes, unit, day)
    return SupportView(
        days=days,
        kinds={each: day_kind(each) for each in days},
        rows=tuple(rows),
        chosen=chosen,
        open=_requests(actor, is_open=True),
        ended=_requests(actor, is_open=False),
        is_foretold=last_night() is not None,
        sees_margin=allowed(actor, Perm.DASHBOARD_BOSS),
    )


def _rows(
    found: Teams, outlets: Sequence[OrgUnit], homes: Mapping[int, int], days: Sequence[date]
) -> list[CityRow]:
    cities = Region.objects.in_bulk({homes[each.pk] for each in outlets})
    rows = []
    for pk, city in cities.items():
        unit = next(each for each in outlets if homes[each.pk] == pk)
        rows.append(CityRow(city, unit, tuple(found.balance(pk, day) for day in days)))
    return sorted(rows, key=lambda row: (-row.short, row.city.name))


def _chosen(
    found: Teams,
    rows: Sequence[CityRow],
    outlets: Sequence[OrgUnit],
    homes: Mapping[int, int],
    unit: str,
    day: str,
) -> Chosen | None:
    """What was named; else the first day somebody is missing."""
    borrower = next((each for each in outlets if str(each.pk) == unit), None)
    on = next((each for each in found.days if each.isoformat() == day), None)
    if borrower is None or on is None:
        first = next(((row, each) for row in rows for each in row.days if each.short), None)
        if first is None:
            return None
        borrower, on = first[0].unit, first[1].day
    city = Region.objects.get(pk=homes[borrower.pk])
    return Chosen(
        unit=borrower,
        city=city,
        balance=found.balance(city.pk, on),
        outlets=tuple(each for each in outlets if homes[each.pk] == city.pk),
        people=tuple(standby_people(found, city=city, borrower=borrower, day=on)),
        is_placed=borrower.lon is not None,
    )


def _requests(actor: User, *, is_open: bool) -> tuple[Asked, ...]:
    today = clock.business_day()
    rows = visible_supports(actor=actor)
    if is_open:
        rows = rows.filter(state__in=SupportRequest.OPEN)[:_OPEN]
    else:
        since = today - timedelta(days=60)
        rows = rows.exclude(state__in=SupportRequest.OPEN).filter(day__gte=since)
        rows = rows.order_by("-day", "-pk")[:_ENDED]
    manages, assigns = allowed(actor, Perm.ROSTER_MANAGE), allowed(actor, Perm.DISPATCH_ASSIGN)
    lends = set(lent_by(actor=actor).values_list("pk", flat=True)) if manages else set()
    State = SupportRequest.State  # noqa: N806 - the enumeration itself
    return tuple(
        Asked(
            row,
            quote_of(row),
            may_decide=row.state == State.ASKED and row.pk in lends,
            may_cancel=(row.is_open and assigns) or (row.state == State.DONE and manages),
        )
        for row in rows
    )
