"""The plan while it grows: everybody's shifts with the stops that have a place in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from dispatch.engine.check import Route, Visit
from dispatch.engine.facts import Job, Shift, Span, Stop, Tech
from dispatch.engine.insertion import Day, Place, cheapest, days_of
from dispatch.engine.online import hard_fail, open_windows
from dispatch.engine.schedule import Timetable, timetable

if TYPE_CHECKING:
    from dispatch.engine.batch.problem import Problem
    from dispatch.engine.travel import Travel
    from network.geo import Point


@dataclass(slots=True, eq=False)
class Page:
    """One shift of one person: `fixed` are the jobs that stay whatever happens."""

    tech: Tech
    day: Day
    fixed: frozenset[int]

    @property
    def free(self) -> int:
        """How many more visits the shift's cap allows."""
        cap = self.day.shift.max_jobs
        return 10**6 if cap is None else cap - self.day.done - len(self.day.stops)

    def keep(self, found: Timetable) -> None:
        """Take a timetable over."""
        stops = tuple(replace(each.stop, start=each.start, end=each.end) for each in found.stops)
        self.day = replace(self.day, stops=stops)

    def drop(self, job_id: int) -> None:
        """Take one job out; the others keep their times."""
        stops = tuple(stop for stop in self.day.stops if stop.job_id != job_id)
        self.day = replace(self.day, stops=stops)


@dataclass(slots=True)
class Book:
    """All shifts of a problem that have not ended; every change keeps every rule."""

    now: int
    travel: Travel
    pages: list[Page]
    jobs: dict[int, Job] = field(default_factory=dict)
    _able: dict[tuple[int, int], list[Page]] = field(default_factory=dict)

    @classmethod
    def open(cls, problem: Problem) -> Book:
        """Begin with what has begun and is promised."""
        pages = [
            Page(tech, day, frozenset(stop.job_id for stop in day.stops))
            for tech in problem.techs
            for day in days_of(tech, problem.now)
        ]
        return cls(problem.now, problem.travel, pages, {job.id: job for job in problem.jobs})

    def windows(self, job: Job, tech: Tech) -> tuple[Span, ...]:
        """When this person may begin the job, as far as it is still open and they are certified."""
        return open_windows(job, tech, self.now)

    def fits(self, job: Job, page: Page) -> bool:
        """Whether nothing about the person forbids the job."""
        return hard_fail(job, page.tech, self.now, self.travel) is None

    def place(self, job: Job, page: Page, *, without: int | None = None) -> Place | None:
        """The cheapest place in a shift, perhaps `without` one of its jobs; None: there is none."""
        day = page.day
        if without is not None:
            stops = tuple(stop for stop in day.stops if stop.job_id != without)
            day = replace(day, stops=stops)
        windows = self.windows(job, page.tech)
        if day.is_full or not windows:
            return None
        return cheapest(job, day, self.travel, windows)

    def cheapest(self, job: Job, pages: Iterable[Page]) -> tuple[Page, Place] | None:
        """The shift and the place in it with the least added way; None when there is none."""
        best: tuple[Page, Place] | None = None
        for page in pages:
            place = self.place(job, page)
            if place is not None and (best is None or place.added_s < best[1].added_s):
                best = page, place
        return best

    def way_s(self, page: Page) -> int:
        """Seconds of way in a shift, from where it begins to its last stop."""
        points = [page.day.origin, *(stop.point for stop in page.day.stops)]
        return sum(map(self.travel.seconds, points, points[1:]))

    def is_kept(self, page: Page) -> bool:
        """Whether a shift can be done as it stands; one that was late before the plan cannot."""
        return self._timed(page, ()) is not None

    def fill(self, page: Page, order: Sequence[int]) -> list[int]:
        """Put jobs into a shift in this order, as many as can be kept; return the others' ids.

        What is fixed keeps its turn by its time; of the others the least urgent goes first.
        """
        wanted, left = list(order), []
        while wanted:
            found = self._timed(page, wanted)
            if found is not None and len(wanted) <= page.free:
                page.keep(found)
                break
            out = min(wanted, key=lambda pk: (self.jobs[pk].priority, wanted.index(pk)))
            wanted.remove(out)
            left.append(out)
        return left

    def _timed(self, page: Page, order: Sequence[int]) -> Timetable | None:
        stops = []
        for pk in order:
            job = self.jobs[pk]
            windows = self.windows(job, page.tech)
            if not windows or not self.fits(job, page):
                return None
            stops.append(Stop(job.id, job.point, 0, job.service_s, windows))
        day = page.day
        breaks = [each for each in day.shift.breaks if each.latest >= day.begin]
        return timetable(
            _merged(day.stops, stops),
            origin=day.origin,
            begin=day.begin,
            end=day.shift.span.end,
            breaks=breaks,
            travel=self.travel,
        )

    def near(self, point: Point) -> list[Page]:
        """Return all shifts, those first whose person lives nearest."""
        return sorted(self.pages, key=lambda page: self.travel.metres(page.tech.home, point))

    def able(self, job: Job, most: int) -> list[Page]:
        """Return the nearest shifts of people whom nothing forbids one of the jobs of the plan."""
        found = self._able.get((job.id, most))
        if found is None:
            able = (page for page in self.near(job.point) if self.fits(job, page))
            found = self._able[job.id, most] = list(islice(able, most))
        return found

    def routes(self) -> Iterator[Route]:
        """The plan as the judge reads it, without the days that were late before it."""
        for page in self.pages:
            found = self._timed(page, ())
            if found is None:
                continue
            day = page.day
            visits = tuple(
                Visit(self._job(each.stop), each.start, each.end) for each in found.stops
            )
            yield Route(page.tech, _left_of(day), visits, found.pauses, day.origin, day.begin)

    def late_routes(self) -> Iterator[Route]:
        """The days whose promises cannot be kept any more, as they stand: nothing was put in."""
        for page in self.pages:
            if self._timed(page, ()) is None:
                day = page.day
                visits = tuple(Visit(self._job(stop), stop.start, stop.end) for stop in day.stops)
                yield Route(page.tech, _left_of(day), visits, (), day.origin, day.begin)

    def placed(self) -> Iterator[tuple[Page, Stop]]:
        """All stops that are not fixed, each with its shift."""
        for page in self.pages:
            for stop in page.day.stops:
                if stop.job_id not in page.fixed:
                    yield page, stop

    def techs(self) -> Iterable[Tech]:
        """The people with all that stands in their day now."""
        by_id: dict[int, Tech] = {}
        for page in self.pages:
            known = by_id.get(page.tech.id)
            base = known or replace(page.tech, stops=())
            by_id[page.tech.id] = replace(base, stops=(*base.stops, *page.day.stops))
        return by_id.values()

    def _job(self, stop: Stop) -> Job:
        known = self.jobs.get(stop.job_id)
        return known or Job(stop.job_id, stop.point, stop.may_begin, stop.service_s)


def _left_of(day: Day) -> Shift:
    """The shift with the breaks that are still to come."""
    breaks = tuple(each for each in day.shift.breaks if each.latest >= day.begin)
    return replace(day.shift, breaks=breaks)


def _merged(kept: Sequence[Stop], new: Sequence[Stop]) -> list[Stop]:
    """New stops in their order, each kept one before the first that cannot begin before it."""
    found, waiting = [], list(kept)
    for stop in new:
        latest = stop.may_begin[-1].end
        while waiting and waiting[0].start < latest and waiting[0].end <= stop.may_begin[-1].end:
            found.append(waiting.pop(0))
        found.append(stop)
    return found + waiting
