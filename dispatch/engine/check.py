"""The judge: says what is wrong with a timed plan, whoever made it.

It shares no code with the insertion: it reads times and places as written and checks each rule alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dispatch.engine.facts import Job, Shift, Span, Tech
from dispatch.engine.travel import Travel
from network.geo import Point


@dataclass(frozen=True, slots=True)
class Visit:
    """One job of a route with its planned times."""

    job: Job
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Route:
    """What one person does in one shift, in order; `pauses` are the breaks as planned.

    `origin` and `begin` say where and when a shift under way goes on (None: at home, at its start).
    """

    tech: Tech
    shift: Shift
    visits: tuple[Visit, ...]
    pauses: tuple[Span, ...] = ()
    origin: Point | None = None
    begin: int | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: skill, grade, certificate, region, radius, window, duration, shift, travel,
    overlap, break, cap or duplicate; `job_id` is None when it concerns the whole route."""

    code: str
    tech_id: int
    job_id: int | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All violations of a plan and its totals: visits, travel_m, travel_s, wait_s."""

    violations: tuple[Violation, ...]
    parts: Mapping[str, int]


OF_THE_PERSON = frozenset({"skill", "grade", "certificate", "region", "radius"})


def evaluate(
    plan: Sequence[Route], travel: Travel | None = None, *, decided: Collection[int] = ()
) -> Evaluation:
    """Judge a plan; a clean one has no violations.

    Who does a `decided` job was decided before, perhaps against a rule about the person: of those
    only the times are judged.
    """
    roads = travel or Travel()
    found: list[Violation] = []
    parts = {"visits": 0, "travel_m": 0, "travel_s": 0, "wait_s": 0}
    seen: set[int] = set()
    for route in plan:
        for visit in route.visits:
            found += [
                Violation(code, route.tech.id, visit.job.id)
                for code in _personal(route, visit, roads)
                if not (visit.job.id in decided and code in OF_THE_PERSON)
            ]
            if visit.job.id in seen:
                found.append(Violation("duplicate", route.tech.id, visit.job.id))
            seen.add(visit.job.id)
        found += _clockwork(route, roads, parts)
        found += _breaks(route)
        if route.shift.max_jobs is not None and len(route.visits) > route.shift.max_jobs:
            found.append(Violation("cap", route.tech.id, None))
    return Evaluation(tuple(found), parts)


def _personal(route: Route, visit: Visit, travel: Travel) -> list[str]:
    tech, job = route.tech, visit.job
    held = {
        code for code, until in tech.certificates.items() if until is None or until >= visit.end
    }
    outside = bool(tech.regions) and job.region not in tech.regions and not tech.crosses_regions
    far = tech.radius_m is not None and travel.metres(tech.home, job.point) > tech.radius_m
    inside = any(window.start <= visit.start < window.end for window in job.windows)
    shift = route.shift.span
    broken = {
        "skill": not job.skills.keys() <= tech.skills.keys(),
        "grade": any(tech.skills.get(t, rank) < rank for t, rank in job.skills.items()),
        "certificate": not job.certificates <= held,
        "region": outside,
        "radius": far,
        "window": not inside,
        "duration": visit.end - visit.start != job.service_s,
        "shift": visit.start < shift.start or visit.end > shift.end,
    }
    return [code for code, is_broken in broken.items() if is_broken]


def _clockwork(route: Route, travel: Travel, parts: dict[str, int]) -> list[Violation]:
    """Nobody is in two places: between two visits there is time for the way and every pause."""
    found: list[Violation] = []
    here = route.origin or route.tech.home
    free = route.shift.span.start if route.begin is None else route.begin
    for visit in route.visits:
        paused = sum(
            pause.end - pause.start for pause in route.pauses if free <= pause.start < visit.start
        )
        journey = travel.seconds(here, visit.job.point)
        slack = visit.start - free - paused - journey
        if visit.start < free:
            found.append(Violation("overlap", route.tech.id, visit.job.id))
        elif slack < 0:
            found.append(Violation("travel", route.tech.id, visit.job.id))
        parts["visits"] += 1
        parts["travel_m"] += travel.metres(here, visit.job.point)
        parts["travel_s"] += journey
        parts["wait_s"] += max(0, slack)
        here, free = visit.job.point, visit.end
    return found


def _breaks(route: Route) -> list[Violation]:
    """Each break of the shift is planned once, begins in its time, and nothing is done in it."""
    planned = sorted(route.pauses)
    kept = len(planned) == len(route.shift.breaks) and all(
        each.earliest <= pause.start <= each.latest and pause.end - pause.start == each.length_s
        for each, pause in zip(route.shift.breaks, planned, strict=False)
    )
    crossed = any(
        pause.start < visit.end and visit.start < pause.end
        for pause in planned
        for visit in route.visits
    )
    late = any(pause.end > route.shift.span.end for pause in planned)
    return [] if kept and not crossed and not late else [Violation("break", route.tech.id, None)]
