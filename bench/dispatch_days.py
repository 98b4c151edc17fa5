"""Generated days of field service, and what planning them takes; the same seed draws the same day.

Ten trades in three grades, two to four trades a person, a lunch, a late shift for some, at most
eight jobs, slots of two hours and longer, three priorities.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.figures import Figure, at_most, figure
from dispatch.engine.batch.planning import plan, replan
from dispatch.engine.batch.problem import Plan, Problem
from dispatch.engine.check import Route, evaluate
from dispatch.engine.facts import Break, Job, Shift, Span, Stop, Tech
from dispatch.engine.travel import Travel

if TYPE_CHECKING:
    from network.geo import Point

HOUR = 3600
DAY = 1_800_000_000 // 86_400 * 86_400
CENTRE = (104.06, 30.66)
APART = 3.0
"""Degrees between two cities."""
GRADES = 3
SHARES = {"slot": 55, "half day": 25, "day": 10, "two slots": 10}


def at(hour: float) -> int:
    """Return the second of the day on which this hour begins."""
    return DAY + round(hour * HOUR)


@dataclass
class Draw:
    """Draws people and jobs of one day."""

    random: random.Random
    cities: int = 1
    trades: int = 10

    def point(self, city: int) -> Point:
        """Return a place in a city: most lie within 10 km of its middle."""
        lon, lat = self.random.gauss(0, 0.07), self.random.gauss(0, 0.06)
        return CENTRE[0] + APART * city + lon, CENTRE[1] + lat

    def tech(self, number: int) -> Tech:
        """Return a person who lives and works in one city."""
        city = number % self.cities
        start = 11 if self.random.random() < 0.15 else 8
        trades = self.random.sample(range(self.trades), min(self.trades, self.random.randint(2, 4)))
        lunch = Break(at(11.5), at(12.75), 45 * 60)
        return Tech(
            number,
            self.point(city),
            {f"t{trade}": self.random.randint(1, GRADES) for trade in trades},
            shifts=(Shift(Span(at(start), at(start + 9)), (lunch,), 8),),
            regions=frozenset({f"c{city}"}),
        )

    def job(self, number: int) -> Job:
        """Return a job with a trade, a least grade and when it may begin."""
        city = self.random.randrange(self.cities)
        return Job(
            number,
            self.point(city),
            self._windows(),
            round(max(900, min(4 * HOUR, self.random.lognormvariate(8.25, 0.35)))),
            {f"t{self.random.randrange(self.trades)}": self.random.choice((1, 1, 1, 1, 2, 2, 3))},
            region=f"c{city}",
            priority=self.random.choices((10, 40, 100), (70, 22, 8))[0],
        )

    def _windows(self) -> tuple[Span, ...]:
        slots = [Span(at(8 + 2 * n), at(10 + 2 * n)) for n in range(5)]
        kind = self.random.choices([*SHARES], [*SHARES.values()])[0]
        if kind == "slot":
            return (self.random.choice(slots),)
        if kind == "half day":
            return (self.random.choice((Span(at(8), at(13)), Span(at(13), at(18)))),)
        if kind == "day":
            return (Span(at(8), at(18)),)
        first, second = sorted(self.random.sample(range(5), 2))
        if second == first + 1:
            return (Span(slots[first].start, slots[second].end),)
        return slots[first], slots[second]


def a_day(people: int, jobs: int, *, seed: int, cities: int = 1, trades: int = 10) -> Problem:
    """Return a day of so many people and jobs in so many cities far from each other."""
    draw = Draw(random.Random(seed), cities, trades)
    techs = tuple(draw.tech(number) for number in range(1, people + 1))
    return Problem(
        tuple(draw.job(number) for number in range(1, jobs + 1)), techs, DAY, Travel(setup_s=0)
    )


def figures() -> Iterator[Figure]:
    """Plan three days, then one anew with ten orders more."""
    for people, jobs, cities, longest, left_most in (
        (100, 600, 1, 10, None),
        (500, 3000, 5, 20, None),
        (500, 3000, 1, 60, 20),
    ):
        words = f"day of {people} people and {jobs:,} jobs in {'one city' if cities == 1 else f'{cities} cities'}"
        problem = a_day(people, jobs, seed=1, cities=cities)
        with Memory() as memory:
            started = perf_counter()
            found = plan(problem, limit_s=0.6 * longest)
            seconds = perf_counter() - started
        sound(problem, found)
        yield figure(f"{words}, planned in", seconds, "s", aim=at_most(longest))
        left = at_most(left_most) if left_most is not None else None
        yield figure(f"{words}, without a place", len(found.unassigned), "jobs", aim=left)
        yield figure(f"{words}, hard rules broken", broken(problem, found), "", aim=at_most(0))
        yield figure(
            f"{words}, most memory of all processes", memory.peak_mb, "MB",
            aim=at_most(500) if cities > 1 else None,
        )  # fmt: skip
        if people == 100:
            yield from after_ten_more(problem, found)


def after_ten_more(problem: Problem, first: Plan) -> Iterator[Figure]:
    """Plan ten orders more at ten in the morning, with a third of the others promised."""
    now = at(10)
    held = as_stops(first, problem, now)
    draw = Draw(random.Random(2))
    new = tuple(_still_open(draw.job(10_000 + n), now) for n in range(10))
    asked = Problem(new, held, now, problem.travel)
    started = perf_counter()
    second = replan(asked)
    seconds = perf_counter() - started
    before = {stop.job_id: tech.id for tech in held for stop in tech.stops if stop.start > now}
    after = second.persons
    moved = sum(after.get(job) != who for job, who in before.items())
    fixed = {
        stop.job_id: stop.start
        for tech in held for stop in tech.stops if stop.start > now and not stop.windows
    }  # fmt: skip
    starts = {visit.job.id: visit.start for route in second.routes for visit in route.visits}
    late = sum(starts.get(job) != start for job, start in fixed.items())
    placed = sum(job.id in after for job in new)
    yield figure("ten orders more, placed", placed, "orders")
    yield figure(
        "ten orders more, others with another person",
        100 * moved / len(before),
        "%",
        aim=at_most(3),
    )
    yield figure("ten orders more, promised ones moved", late, "", aim=at_most(0))
    yield figure("ten orders more, planned in", seconds, "s")


def _still_open(job: Job, now: int) -> Job:
    later = tuple(span for span in job.windows if span.start >= now)
    return replace(job, windows=later or (Span(now, at(18)),))


def as_stops(found: Plan, problem: Problem, now: int) -> tuple[Tech, ...]:
    """Return the people with what was planned for them; every third visit is promised to the second.

    Who has set out by now is taken to be nearly there.
    """
    days = {route.tech.id: route.visits for route in found.routes}
    held = []
    for tech in problem.techs:
        visits = days.get(tech.id, ())
        stops = tuple(
            Stop(
                visit.job.id,
                visit.job.point,
                visit.start,
                visit.end,
                () if visit.job.id % 3 == 0 else visit.job.windows,
            )
            for visit in visits
        )
        coming = next((visit for visit in visits if visit.start > now), None)
        before = [visit for visit in visits if visit.start <= now]
        origin = before[-1].job.point if before else tech.home
        here = origin
        if coming and coming.start - problem.travel.seconds(origin, coming.job.point) < now:
            here = coming.job.point
        held.append(replace(tech, stops=stops, here=here))
    return tuple(held)


def sound(problem: Problem, found: Plan) -> None:
    """SystemExit when a job is lost or doubled, or one without a place has no reason."""
    placed = [visit.job.id for route in found.routes for visit in route.visits]
    left = [one.job.id for one in found.unassigned]
    if sorted(placed + left) != sorted(job.id for job in problem.jobs):
        raise SystemExit("a job is lost or planned twice")
    if not all(one.failed for one in found.unassigned):
        raise SystemExit("a job without a place has no reason")


def broken(problem: Problem, found: Plan) -> int:
    """Return how many hard rules the judge finds broken."""
    routes: tuple[Route, ...] = found.routes
    return len(evaluate(routes, problem.travel).violations)


class Memory:
    """Watches how much memory this process and its children hold together."""

    def __enter__(self) -> Memory:
        """Begin to watch."""
        self.peak_mb = 0.0
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def __exit__(self, *_told: object) -> None:
        """Stop; the most there was stays in `peak_mb`."""
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            self.peak_mb = max(self.peak_mb, sum(_held_mb(pid) for pid in _family()))
            self._ended.wait(0.05)


def _family() -> list[int]:
    own = Path("/proc/self/task")
    children = [
        int(pid) for task in own.iterdir() for pid in (task / "children").read_text().split()
    ]
    return [int(Path("/proc/self").resolve().name), *children]


def _held_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    held = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "x 0")
    return int(held.split()[1]) / 1024
