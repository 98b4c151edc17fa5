"""What a batch is asked and what it answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from dispatch.engine.travel import Travel

if TYPE_CHECKING:
    from dispatch.engine.check import Route
    from dispatch.engine.facts import Job, Tech

VERSION = 3
"""Counts changes after which the same problem may get another plan."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Jobs without a place and the people with their shifts.

    What stands in somebody's `stops` has begun or is promised: it stays with that person. `now` is
    the second from which on is planned.
    """

    jobs: tuple[Job, ...]
    techs: tuple[Tech, ...]
    now: int
    travel: Travel = field(default_factory=Travel)

    @property
    def digest(self) -> str:
        """The SHA-256 of all that decides the plan, in hex: the same digest, the same plan."""
        told = {"version": VERSION, "now": self.now, "travel": _roads(self.travel)}
        told |= {"jobs": [_plain(each) for each in sorted(self.jobs, key=lambda one: one.id)]}
        told |= {"techs": [_plain(each) for each in sorted(self.techs, key=lambda one: one.id)]}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


FUNNEL = (
    "skill", "grade", "certificate_missing", "certificate_expired", "region", "radius",
    "no_shift", "window", "cap", "displaced",
)  # fmt: skip
"""The rules in the order in which they are looked at."""


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A job without a place: the first rule that failed, by how many people, most people first."""

    job: Job
    failed: Mapping[str, int]

    @property
    def code(self) -> str:
        """What stopped those who came furthest; `nobody` where there are no people.

        Most people lack most trades: what the dispatcher can change is what stopped the able.
        """
        return max(self.failed, key=FUNNEL.index, default="nobody")


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes of everybody with a shift, and what got no place. `solved` tells of each part who did
    it: `vroom`, or `greedy` where the solver's process died or took too long."""

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    solved: tuple[str, ...]
    digest: str

    @property
    def persons(self) -> dict[int, int]:
        """Return who does which job: ids of people by ids of jobs."""
        return {visit.job.id: route.tech.id for route in self.routes for visit in route.visits}


def _roads(travel: Travel) -> list[int]:
    return [travel.factor_bp, travel.metres_per_hour, travel.setup_s]


def _plain(each: Job | Tech) -> dict[str, object]:
    found = asdict(each)
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in found.items()
    }
