"""When people work on given days: by the published roster, else by their usual hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from psycopg.types.range import Range

from common import clock
from dispatch.engine.facts import Break, Shift, Span
from dispatch.models import RosterShift, RosterWeek
from dispatch.rosters.rest import monday_of

if TYPE_CHECKING:
    from accounts.models import Installer

USUAL_HOURS = (time(8), time(18))
"""Of an installer who has no hours of their own on any weekday, and no roster."""


def shifts_of(
    installers: Iterable[Installer], days: Iterable[date]
) -> Mapping[int, tuple[Shift, ...]]:
    """Return each installer's working stretches on the days, without days of leave.

    Where the outlet published a roster for the week, that alone counts; being on call is no work.
    One query for any number of people, two where there is a roster. `people` reads hours and leave.
    """
    everybody, wanted = list(installers), sorted(set(days))
    if not wanted:
        return {each.pk: () for each in everybody}
    bound = published_weeks([each.outlet_id for each in everybody], wanted)
    rows: dict[int, list[RosterShift]] = defaultdict(list)
    if bound:
        for row in _published([each.pk for each in everybody], wanted):
            rows[row.installer_id].append(row)
    return {each.pk: _shifts(each, wanted, bound, rows[each.pk]) for each in everybody}


def published_weeks(units: Iterable[int], days: Sequence[date]) -> frozenset[tuple[int, date]]:
    """Return (unit, Monday) of the weeks of these days for which a roster is in force."""
    mondays = {monday_of(day) for day in days}
    weeks = RosterWeek.objects.filter(
        unit__in=set(units), monday__in=mondays, published_version__gt=0
    )
    return frozenset(weeks.values_list("unit_id", "monday"))


def on_call_people(units: Iterable[int], at: datetime) -> dict[int, datetime]:
    """Return who of these units is on call at a moment, by installer id with when it ends."""
    rows = RosterShift.objects.filter(
        published=True, on_call=True, installer__outlet__in=set(units), span__contains=at
    )
    return {row.installer_id: row.span.upper for row in rows}


def _published(ids: Sequence[int], days: Sequence[date]) -> Iterable[RosterShift]:
    since, until = clock.day_span(days[0])[0], clock.day_span(days[-1])[1]
    rows = RosterShift.objects.filter(
        installer__in=ids, published=True, on_call=False, span__overlap=Range(since, until)
    )
    return rows.order_by("span")


def _shifts(
    installer: Installer,
    days: Sequence[date],
    bound: frozenset[tuple[int, date]],
    rows: Sequence[RosterShift],
) -> tuple[Shift, ...]:
    away = [(row.starts_on, row.ends_on) for row in installer.leaves.all()]
    own = {row.weekday: (row.starts, row.ends) for row in installer.hours.all()}
    # What began the evening before reaches into the first of the days.
    reaching = {days[0] - timedelta(days=1), *days}
    found = [
        _rostered(installer, row)
        for row in rows
        if row.day in reaching and not _is_away(row.day, away)
    ]
    for day in days:
        if (installer.outlet_id, monday_of(day)) in bound or _is_away(day, away):
            continue
        hours = own.get(day.weekday()) if own else USUAL_HOURS
        if hours is None:
            continue
        begins, ends = (_seconds(datetime.combine(day, at, clock.CHINA)) for at in hours)
        if begins < ends:
            found.append(Shift(Span(begins, ends), max_jobs=installer.max_jobs_per_day))
    return tuple(sorted(found, key=lambda each: each.span))


def _rostered(installer: Installer, row: RosterShift) -> Shift:
    span = Span(_seconds(row.span.lower), _seconds(row.span.upper))
    breaks: tuple[Break, ...] = ()
    if row.pause is not None and row.pause_min:
        length = 60 * row.pause_min
        earliest, latest = _seconds(row.pause.lower), _seconds(row.pause.upper) - length
        breaks = (Break(earliest, max(earliest, latest), length),)
    return Shift(span, breaks, max_jobs=installer.max_jobs_per_day)


def _is_away(day: date, away: Iterable[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in away)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
