"""Judges routes of a test instance alone: reads file and routes anew and knows nothing of the solver.

The instance is read by the `vrplib` package. `python -m bench.dispatch_judge FILE ROUTES`.
"""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SLACK = 1e-6


@dataclass(frozen=True)
class Verdict:
    """The cost as recomputed and all that is broken; `cut` is the cost with one decimal a way."""

    cost: float
    cut: float
    broken: tuple[str, ...]


def judge(instance: Path, routes: str) -> Verdict:
    """Return what is true of routes printed as `Route #1: 4 2`, whatever cost they claim."""
    import vrplib

    form = "solomon" if instance.suffix.lower() == ".txt" else "vrplib"
    told: dict[str, Any] = vrplib.read_instance(instance, instance_format=form)
    tours = [
        [int(number) for number in line.split(":", 1)[1].split()]
        for line in routes.splitlines()
        if re.match(r"\s*Route\s*#\d+\s*:", line)
    ]
    ways, count = told["edge_weight"], len(told["demand"])
    broken: list[str] = []
    seen = sorted(number for tour in tours for number in tour)
    if seen != list(range(1, count)):
        broken.append("not every customer is visited exactly once")
    # VRPLIB's sets leave the fleet free.
    if form == "solomon" and len(tours) > int(told["vehicles"]):
        broken.append(f"{len(tours)} vehicles")
    cost = cut = 0.0
    whole = form == "vrplib" and "time_window" not in told
    for at, tour in enumerate(tours, 1):
        inside = [number for number in tour if 0 < number < count]
        if sum(told["demand"][number] for number in inside) > told["capacity"] + SLACK:
            broken.append(f"route {at} is overloaded")
        for a, b in zip([0, *inside], [*inside, 0], strict=True):
            way = float(ways[a][b])
            cost += math.floor(way + 0.5) if whole else way
            cut += math.floor(way * 10 + SLACK) / 10
        if "time_window" in told:
            broken += [f"route {at} {fault}" for fault in _late(told, inside)]
    return Verdict(cost, cut, tuple(broken))


def _late(told: dict[str, Any], tour: list[int]) -> list[str]:
    service = told.get("service_time", 0)
    windows, now, here = told["time_window"], float(told["time_window"][0][0]), 0
    faults = []
    for number in [*tour, 0]:
        now += float(told["edge_weight"][here][number])
        begin, end = (float(value) for value in windows[number])
        now = max(now, begin) if number else now
        if now > end + SLACK:
            faults.append(f"is at {number} at {now:.2f}, after {end:g}")
        now += float(service if isinstance(service, int | float) else service[number])
        here = number
    return faults


if __name__ == "__main__":
    found = judge(Path(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8"))
    print(f"Cost {found.cost:.2f}", *found.broken, sep="\n")
    sys.exit(bool(found.broken))
