"""Finds the cheapest place for a job in a person's day without moving what has begun."""

from dataclasses import dataclass

from dispatch.engine.facts import Job, Shift, Span, Stop, Tech
from dispatch.engine.schedule import Timetable, earliest_start, timetable
from dispatch.engine.travel import Travel
from network.geo import Point


@dataclass(frozen=True, slots=True)
class Place:
    """A feasible place: after which job, when, what the detour adds, and the whole day with it."""

    insert_after: int | None
    origin: Point
    arrive: int
    start: int
    end: int
    travel_m: int
    travel_s: int
    added_s: int
    added_m: int
    free_slot: Span
    shift: Span
    timetable: Timetable


@dataclass(frozen=True, slots=True)
class Day:
    """What is left of a shift: where and when the person is free, and the stops still to come."""

    shift: Shift
    origin: Point
    begin: int
    last_job: int | None
    stops: tuple[Stop, ...]
    done: int

    @property
    def is_full(self) -> bool:
        """Whether the shift's cap on visits is reached."""
        cap = self.shift.max_jobs
        return cap is not None and self.done + len(self.stops) >= cap


def days_of(tech: Tech, now: int) -> tuple[Day, ...]:
    """The person's shifts that have not ended, each with its stops in order of their start."""
    return tuple(_day(tech, shift, now) for shift in tech.shifts if shift.span.end > now)


def cheapest(job: Job, day: Day, travel: Travel, windows: tuple[Span, ...]) -> Place | None:
    """The place with the least added travel, then the earliest; None when the job fits nowhere."""
    new = Stop(job.id, job.point, 0, job.service_s, windows)
    # A lunch already over is not taken a second time after a job begun before it.
    breaks = tuple(each for each in day.shift.breaks if each.latest >= day.begin)
    early, late = _bounds(day, travel)
    best: Place | None = None
    # Cheapest detour first: most days need only one timetable worked out.
    for added_s, at in sorted(
        (_added_s(day, job.point, n, travel), n) for n in range(len(day.stops) + 1)
    ):
        if best is not None and added_s > best.added_s:
            break
        if not _may_fit(new, at, day, early, late, travel):
            continue
        found = timetable(
            (*day.stops[:at], new, *day.stops[at:]),
            origin=day.origin,
            begin=day.begin,
            end=day.shift.span.end,
            breaks=breaks,
            travel=travel,
        )
        if found is None:
            continue
        place = _place(day, found, at, travel)
        if best is None or place.start < best.start:
            best = place
    return best


def _bounds(day: Day, travel: Travel) -> tuple[list[int], list[int]]:
    """When a person is free before each stop at the soonest, and has to begin it at the latest.

    Breaks are left out: what does not fit without them does not fit at all, and no timetable need
    be worked out to know. After the last stop the latest is the end of the shift.
    """
    early, here, free = [day.begin], day.origin, day.begin
    for stop in day.stops:
        start = earliest_start(stop.may_begin, free + travel.seconds(here, stop.point))
        # A stop that is late already keeps its own time: the timetable decides.
        free = (stop.start if start is None else start) + stop.service_s
        here = stop.point
        early.append(free)
    late, limit, there = [day.shift.span.end], day.shift.span.end, None
    for stop in reversed(day.stops):
        limit -= stop.service_s + (travel.seconds(stop.point, there) if there else 0)
        limit = _latest_start(stop.may_begin, limit)
        there = stop.point
        late.append(limit)
    return early, late[::-1]


def _latest_start(windows: tuple[Span, ...], at: int) -> int:
    """The last second not after `at` inside one of the sorted windows; before all when none is."""
    for window in reversed(windows):
        if window.start <= at:
            return min(at, window.end - 1)
    return windows[0].start - 1


def _may_fit(
    new: Stop, at: int, day: Day, early: list[int], late: list[int], travel: Travel
) -> bool:
    before = day.stops[at - 1].point if at else day.origin
    start = earliest_start(new.windows, early[at] + travel.seconds(before, new.point))
    if start is None:
        return False
    onward = travel.seconds(new.point, day.stops[at].point) if at < len(day.stops) else 0
    return start + new.service_s + onward <= late[at]


def _added_s(day: Day, point: Point, at: int, travel: Travel) -> int:
    """Seconds of travel the detour to `point` before stop number `at` adds."""
    origin = day.stops[at - 1].point if at else day.origin
    added = travel.seconds(origin, point)
    if at < len(day.stops):
        onward = day.stops[at].point
        added += travel.seconds(point, onward) - travel.seconds(origin, onward)
    return added


def _day(tech: Tech, shift: Shift, now: int) -> Day:
    mine = sorted(
        (stop for stop in tech.stops if shift.span.start <= stop.start < shift.span.end),
        key=lambda stop: stop.start,
    )
    begun = [stop for stop in mine if stop.start <= now]
    running = shift.span.start <= now
    origin = (tech.here or tech.home) if running else tech.home
    begin = max(shift.span.start, now)
    last_job = None
    if begun:
        last = begun[-1]
        last_job = last.job_id
        if last.end > now or tech.here is None:
            origin = last.point
        begin = max(begin, last.end)
    return Day(shift, origin, begin, last_job, tuple(mine[len(begun) :]), len(begun))


def _place(day: Day, whole: Timetable, at: int, travel: Travel) -> Place:
    timed = whole.stops
    mine = timed[at]
    before = timed[at - 1] if at else None
    after = timed[at + 1] if at + 1 < len(timed) else None
    origin = before.stop.point if before else day.origin
    point = mine.stop.point
    travel_m = added_m = travel.metres(origin, point)
    if after:
        onward = after.stop.point
        added_m += travel.metres(point, onward) - travel.metres(origin, onward)
    return Place(
        insert_after=before.stop.job_id if before else day.last_job,
        origin=origin,
        arrive=mine.arrive,
        start=mine.start,
        end=mine.end,
        travel_m=travel_m,
        travel_s=travel.seconds(origin, point),
        added_s=_added_s(day, point, at, travel),
        added_m=added_m,
        free_slot=Span(
            before.end if before else day.begin, after.start if after else day.shift.span.end
        ),
        shift=day.shift.span,
        timetable=whole,
    )
