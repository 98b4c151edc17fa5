"""Splits a problem by place: the solver's time grows fourfold with twice the jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.engine.facts import Job, Tech
    from dispatch.engine.travel import Travel
    from network.geo import Point

LARGEST = 1_600
"""Jobs of a part at most; a city with more is cut across its longer side."""


@dataclass(frozen=True, slots=True)
class Part:
    """Jobs and people that are planned together."""

    jobs: tuple[Job, ...]
    techs: tuple[Tech, ...]


def parts(jobs: Sequence[Job], techs: Sequence[Tech], travel: Travel) -> list[Part]:
    """Every job and every person in one part: by region, and a large region cut in halves."""
    by_region: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        by_region[job.region].append(job)
    centres = {region: _centre(mine) for region, mine in by_region.items()}
    people: dict[str, list[Tech]] = defaultdict(list)
    for tech in techs:
        allowed = [
            region for region in centres
            if not tech.regions or tech.crosses_regions or region in tech.regions
        ]  # fmt: skip
        if allowed:
            people[min(allowed, key=lambda one: _far(travel, tech, centres[one], one))].append(tech)
    return [
        part
        for region, mine in sorted(by_region.items())
        for part in _halved(tuple(mine), tuple(people[region]))
    ]


def _far(travel: Travel, tech: Tech, centre: Point, region: str) -> tuple[bool, int, str]:
    is_strange = bool(tech.regions) and region not in tech.regions
    return is_strange, travel.metres(tech.home, centre), region


def _centre(jobs: Sequence[Job]) -> Point:
    return fmean(job.point[0] for job in jobs), fmean(job.point[1] for job in jobs)


def _halved(jobs: tuple[Job, ...], techs: tuple[Tech, ...]) -> Iterator[Part]:
    if len(jobs) <= LARGEST or len(techs) < 2:
        yield Part(jobs, techs)
        return
    spread = [
        max(j.point[axis] for j in jobs) - min(j.point[axis] for j in jobs) for axis in (0, 1)
    ]
    axis = spread.index(max(spread))
    ordered = sorted(jobs, key=lambda job: (job.point[axis], job.id))
    staff = sorted(techs, key=lambda tech: (tech.home[axis], tech.id))
    middle, half = len(ordered) // 2, len(staff) // 2
    yield from _halved(tuple(ordered[:middle]), tuple(staff[:half]))
    yield from _halved(tuple(ordered[middle:]), tuple(staff[half:]))
