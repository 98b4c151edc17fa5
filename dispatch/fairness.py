"""What people earned per hour they were there for, so that work is shared out fairly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from statistics import median_low
from typing import TYPE_CHECKING

from accounts.workers import workers
from dispatch.rosters.hours import shifts_of
from settlement.people import earned_between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Installer
    from accounts.workers import Worker
    from dispatch.engine.facts import Tech

DAYS = 14
"""How far back; a single lucky day should not keep anybody from work for long."""
HOUR_S = 3600


def hourly_fen(*, installers: Sequence[Installer | Worker], today: date) -> Mapping[int, int]:
    """Return fen earned per available hour of the last two weeks, by installer id.

    Whoever had no working hours then is left out: nothing can be said of them.
    """
    days = [today - timedelta(days=n) for n in range(1, DAYS + 1)]
    earned = earned_between(
        installer_ids=[each.pk for each in installers], first=days[-1], last=days[0]
    )
    found = {}
    everybody = workers(installers)
    there = shifts_of(everybody, days)
    for each in everybody:
        there_s = sum(shift.span.end - shift.span.start for shift in there[each.pk])
        if there_s:
            found[each.pk] = earned.get(each.pk, 0) * HOUR_S // there_s
    return found


def with_fair_share(techs: Sequence[Tech], hourly: Mapping[int, int]) -> list[Tech]:
    """Return the people with their own earnings per hour and the median of all who are compared."""
    if not hourly:
        return list(techs)
    middle = median_low(hourly.values())
    return [replace(tech, own_fen=hourly.get(tech.id, middle), median_fen=middle) for tech in techs]
