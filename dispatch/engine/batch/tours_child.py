"""The process of `tours`: an errand on its input, tours on its output; an empty list for none.

`python -m dispatch.engine.batch.tours_child`.
"""

from __future__ import annotations

import json
import sys
from time import monotonic
from typing import Any

import numpy
import pyvrp


def solved(asked: dict[str, Any]) -> list[list[int]]:
    """Return the places each vehicle visits, in order."""
    until = asked["until"]  # the clock is the machine's, the same in both processes
    windows, count = asked["windows"], len(asked["windows"])
    load = asked["capacity"]
    clients = [
        pyvrp.Client(
            place,
            delivery=[] if load is None else [asked["amounts"][place]],
            service_duration=asked["service"][place],
            tw_early=windows[place][0],
            tw_late=windows[place][1],
        )
        for place in range(1, count)
    ]
    if not clients:
        return []
    early, late = windows[0]
    fleet = pyvrp.VehicleType(
        asked["vehicles"], [] if load is None else [load], tw_early=early, tw_late=late
    )
    problem = pyvrp.ProblemData(
        # With the ways given, where places are only tells them apart.
        [pyvrp.Location(place, 0) for place in range(count)],
        clients,
        [pyvrp.Depot(0, tw_early=early, tw_late=late)],
        [fleet],
        [_matrix(asked["metres"])],
        [_matrix(asked["seconds"])],
    )
    result = pyvrp.solve(
        problem, lambda _cost: monotonic() >= until, asked["seed"], collect_stats=False
    )
    if not result.is_feasible():
        return []
    return [_places(route) for route in result.best.routes()]


def _matrix(rows: list[list[int]]) -> Any:
    return numpy.array(rows, dtype="int64")


def _places(route: Any) -> list[int]:
    return [int(visit.idx) + 1 for visit in route if visit.is_client()]


if __name__ == "__main__":
    json.dump(solved(json.load(sys.stdin)), sys.stdout)
