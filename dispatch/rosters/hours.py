"""When people work on given days: by the published roster, else by their usual hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from psycopg.types.range import Range

from accounts.workers import workers
from common import clock
from dispatch.engine.facts import Break, Shift, Span
from dispatch.models import RosterShift, RosterWeek
from dispatch.rosters.rest import monday_of

if TYPE_CHECKING:
    from accounts.models import Installer
    from accounts.workers import Worker

USUAL_HOURS = (time(8), time(18))
"""Of an installer who has no hours of their own on any weekday, and no roster."""


def shifts_of(
    installers: Iterable[Installer | Worker], days: Iterable[date], *, with_on_call: bool = False
) -> Mapping[int, tuple[Shift, ...]]:
    """Return each installer's working stretches on the days, without days of leave.

    Where the outlet published a roster for the week, that alone counts; being on call is no
    work unless `with_on_call` is asked for.
    One query for any number of people, two where there is a roster. `people` reads hours and leave.
    """
    everybody, wanted = workers(installers), sorted(set(days))
    if not wanted:
        return {each.pk: () for each in everybody}
    bound = published_weeks([each.outlet_id for each in everybody], wanted)
    rows: dict[int, list[RosterShift]] = defaultdict(list)
    if bound:
        for row in _published([each.pk for each in everybody], wanted, with_on_call):
            rows[row.installer_id].append(row)
    usual = _Usual(wanted, bound)
    return {each.pk: _shifts(each, wanted, usual, rows[each.pk]) for each in everybody}


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


def on_call_days(ids: Iterable[int], day: date) -> frozenset[int]:
    """Return who of these people stands by on a day, by the published roster."""
    rows = RosterShift.objects.filter(
        installer__in=list(ids), published=True, on_call=True, day=day
    )
    return frozenset(rows.values_list("installer_id", flat=True))


def _published(
    ids: Sequence[int], days: Sequence[date], with_on_call: bool
) -> Iterable[RosterShift]:
    since, until = clock.day_span(days[0])[0], clock.day_span(days[-1])[1]
    rows = RosterShift.objects.filter(
        installer__in=ids, published=True, span__overlap=Range(since, until)
    )
    rows = rows if with_on_call else rows.filter(on_call=False)
    return rows.order_by("span")


class _Usual:
    """The usual hours of people on some days; many people have the same ones."""

    def __init__(self, days: Sequence[date], bound: frozenset[tuple[int, date]]) -> None:
        self._days = [(day, monday_of(day)) for day in days]
        self._bound = bound
        self._known: dict[tuple[object, ...], tuple[Shift, ...]] = {}

    def of(self, worker: Worker) -> tuple[Shift, ...]:
        """Return the stretches on the days no roster binds the outlet, without days of leave."""
        free = tuple(
            day for day, monday in self._days if (worker.outlet_id, monday) not in self._bound
        )
        key = (free, worker.hours, worker.leaves, worker.max_jobs_per_day)
        if key not in self._known:
            self._known[key] = _usual_shifts(worker, free)
        return self._known[key]


def _usual_shifts(worker: Worker, days: Iterable[date]) -> tuple[Shift, ...]:
    own = {weekday: (starts, ends) for weekday, starts, ends in worker.hours}
    found = []
    for day in days:
        hours = own.get(day.weekday()) if own else USUAL_HOURS
        if hours is None or _is_away(day, worker.leaves):
            continue
        begins, ends = (_seconds(datetime.combine(day, at, clock.CHINA)) for at in hours)
        if begins < ends:
            found.append(Shift(Span(begins, ends), max_jobs=worker.max_jobs_per_day))
    return tuple(found)


def _shifts(
    worker: Worker, days: Sequence[date], usual: _Usual, rows: Sequence[RosterShift]
) -> tuple[Shift, ...]:
    if not rows:
        return usual.of(worker)
    # What began the evening before reaches into the first of the days.
    reaching = {days[0] - timedelta(days=1), *days}
    found = [
        _rostered(worker, row)
        for row in rows
        if row.day in reaching and not _is_away(row.day, worker.leaves)
    ]
    return tuple(sorted((*found, *usual.of(worker)), key=lambda each: each.span))


def _rostered(worker: Worker, row: RosterShift) -> Shift:
    span = Span(_seconds(row.span.lower), _seconds(row.span.upper))
    breaks: tuple[Break, ...] = ()
    if row.pause is not None and row.pause_min:
        length = 60 * row.pause_min
        earliest, latest = _seconds(row.pause.lower), _seconds(row.pause.upper) - length
        breaks = (Break(earliest, max(earliest, latest), length),)
    return Shift(span, breaks, max_jobs=worker.max_jobs_per_day)


def _is_away(day: date, away: Iterable[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in away)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
