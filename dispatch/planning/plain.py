"""A part's problem as plain JSON, so that it can be stored, shown and solved again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dispatch.engine.batch.preferring import Preferences
from dispatch.engine.batch.problem import Problem
from dispatch.engine.facts import Break, Job, Shift, Span, Stop, Tech, Weights
from dispatch.engine.travel import Travel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from network.geo import Point

Plain = dict[str, Any]


def plain_problem(problem: Problem, wishes: Preferences) -> Plain:
    """Return a problem and what it is weighed with as JSON values; `read_problem` reads it."""
    roads = problem.travel
    return {
        "now": problem.now,
        "roads": [roads.factor_bp, roads.metres_per_hour, roads.setup_s],
        "jobs": [_job(each) for each in problem.jobs],
        "techs": [_tech(each) for each in problem.techs],
        "weights": asdict(wishes.weights),
        "urgent": asdict(wishes.urgent),
        "earnings": {str(pk): dict(paid) for pk, paid in wishes.earnings.items()},
        "classes": {str(pk): name for pk, name in wishes.classes.items()},
        "usual": {str(pk): sorted(found) for pk, found in wishes.usual.items() if found},
    }


def read_problem(stored: Mapping[str, Any]) -> tuple[Problem, Preferences]:
    """Return what `plain_problem` wrote."""
    problem = Problem(
        jobs=tuple(_read_job(each) for each in stored["jobs"]),
        techs=tuple(_read_tech(each) for each in stored["techs"]),
        now=stored["now"],
        travel=Travel(*stored["roads"]),
    )
    wishes = Preferences(
        weights=Weights(**stored["weights"]),
        urgent=Weights(**stored["urgent"]),
        earnings={int(pk): paid for pk, paid in stored["earnings"].items()},
        classes={int(pk): name for pk, name in stored["classes"].items()},
        usual={int(pk): frozenset(found) for pk, found in stored["usual"].items()},
    )
    return problem, wishes


def _job(job: Job) -> Plain:
    return {
        "id": job.id,
        "at": list(job.point),
        "open": _pairs(job.windows),
        "takes": job.service_s,
        "skills": dict(job.skills),
        "certificates": sorted(job.certificates),
        "region": job.region,
        "priority": job.priority,
    }


def _read_job(found: Plain) -> Job:
    return Job(
        id=found["id"],
        point=_point(found["at"]),
        windows=_spans(found["open"]),
        service_s=found["takes"],
        skills=found["skills"],
        certificates=frozenset(found["certificates"]),
        region=found["region"],
        priority=found["priority"],
    )


def _tech(tech: Tech) -> Plain:
    return {
        "id": tech.id,
        "at": list(tech.home),
        "skills": dict(tech.skills),
        "certificates": dict(tech.certificates),
        "shifts": [
            {
                "span": [each.span.start, each.span.end],
                "breaks": [[one.earliest, one.latest, one.length_s] for one in each.breaks],
                "most": each.max_jobs,
            }
            for each in tech.shifts
        ],
        "stops": [
            {
                "job": each.job_id,
                "at": list(each.point),
                "span": [each.start, each.end],
                "open": _pairs(each.windows),
            }
            for each in tech.stops
        ],
        "radius": tech.radius_m,
        "regions": sorted(tech.regions),
        "crosses": tech.crosses_regions,
        "rating": tech.rating_x10,
        "load": tech.open_jobs,
        "own": tech.own_fen,
        "median": tech.median_fen,
    }


def _read_tech(found: Plain) -> Tech:
    return Tech(
        id=found["id"],
        home=_point(found["at"]),
        skills=found["skills"],
        certificates=found["certificates"],
        shifts=tuple(
            Shift(Span(*each["span"]), tuple(Break(*one) for one in each["breaks"]), each["most"])
            for each in found["shifts"]
        ),
        stops=tuple(
            Stop(
                each["job"],
                _point(each["at"]),
                each["span"][0],
                each["span"][1],
                _spans(each["open"]),
            )
            for each in found["stops"]
        ),
        radius_m=found["radius"],
        regions=frozenset(found["regions"]),
        crosses_regions=found["crosses"],
        rating_x10=found["rating"],
        open_jobs=found["load"],
        own_fen=found["own"],
        median_fen=found["median"],
    )


def _pairs(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[each.start, each.end] for each in spans]


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(*each) for each in pairs)


def _point(found: list[float]) -> Point:
    return found[0], found[1]
