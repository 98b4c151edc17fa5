"""Who could come from neighbouring cities on a day: stands by there, or is more than is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from dispatch.bookings import bookings
from dispatch.engine.travel import Travel
from dispatch.facts import home_of, point_of
from dispatch.models import SupportRequest
from dispatch.rosters.hours import on_call_days
from dispatch.rosters.reading import away_between
from dispatch.support.costs import Quote
from dispatch.support.rule import support_rule
from network.models import Region
from settlement.models import Settlement
from settlement.selectors import read_figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import Installer
    from dispatch.support.teams import Teams
    from network.models import OrgUnit

MOST = 30
_MARGIN_DAYS = 28
_MOST_SETTLEMENTS = 500


@dataclass(frozen=True, slots=True)
class Standby:
    """Somebody who could come, with the quote; `on_call` they stand by, else their city can spare
    them. `asked` when this outlet asked for them already.
    """

    installer: Installer
    city: Region
    on_call: bool
    spare: int
    quote: Quote
    asked: SupportRequest | None


def standby_people(teams: Teams, *, city: Region, borrower: OrgUnit, day: date) -> list[Standby]:
    """Return up to MOST people who could come to a city for a day, the cheapest first.

    They are within reach of the company's rule, are not on leave, have no visit that day, belong to
    nobody else that day, and either are on call or work where more people are than the jobs take.
    """
    to = point_of(borrower)
    balance = teams.balance(city.pk, day)
    if to is None or not balance.short:
        return []
    rule, roads = support_rule(), Travel()
    near: list[tuple[int, Installer, int, int]] = []
    for home_city, team in teams.by_city.items():
        if home_city == city.pk:
            continue
        spare = teams.balance(home_city, day).spare
        for each in team:
            start = home_of(each)
            if start is None or day in teams.lent.get(each.pk, {}):
                continue
            metres = roads.metres(start, to)
            if metres <= rule.reach_m:
                near.append((metres, each, home_city, spare))
    near.sort(key=lambda each: (each[0], each[1].pk))
    ids = [each.pk for _m, each, _c, _s in near]
    called, away = on_call_days(ids, day), away_between(ids, day, day)
    booked = bookings(ids, [day])
    names = Region.objects.in_bulk({each[2] for each in near})
    asked = {
        row.installer_id: row
        for row in SupportRequest.objects.filter(
            installer__in=ids, day=day, borrower=borrower, state=SupportRequest.State.ASKED
        )
    }
    per_job = margin_per_job(city)
    jobs = min(teams.jobs_per_shift, balance.jobs)
    found = []
    for metres, each, home_city, spare in near:
        works = day in teams.working[each.pk]
        free = each.pk in called or (works and spare > 0)
        if not free or each.pk in away or any(row.active for row in booked.get(each.pk, ())):
            continue
        margin = None if per_job is None else per_job * jobs
        quote = Quote(rule.subsidy_fen, rule.travel_fen_per_km, metres, jobs, margin)
        found.append(
            Standby(each, names[home_city], each.pk in called, spare, quote, asked.get(each.pk))
        )
        if len(found) == MOST:
            break
    return found


def margin_per_job(city: Region) -> int | None:
    """Return what a job of the last four weeks left the company in a city; None without any."""
    since = clock.business_day() - timedelta(days=_MARGIN_DAYS)
    rows = Settlement.objects.filter(
        status=Settlement.Status.ACTIVE,
        done_on__gte=since,
        work_order__site_region__path__startswith=city.path,
    ).order_by("-done_on", "-pk")
    ids = list(rows.values_list("pk", flat=True)[:_MOST_SETTLEMENTS])
    margins = [
        each.margin_fen for each, _is_active in read_figures(Settlement.objects.filter(pk__in=ids))
    ]
    return sum(margins) // len(margins) if margins else None


def people_named(found: Sequence[Standby], installer_id: int) -> Standby | None:
    """Return one of those who could come, None for anybody else."""
    return next((each for each in found if each.installer.pk == installer_id), None)
