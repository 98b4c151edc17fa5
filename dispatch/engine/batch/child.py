"""The solver's process: a problem in plain numbers on its input, sequences of jobs on its output.

`python -m dispatch.engine.batch.child`; see `solver.request` for the shape. VROOM keeps the
interpreter's lock while it solves, so it may run in no process that has something else to do.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import numpy
import vroom

from network.geo import EARTH_RADIUS_M

FULL_BP = 10_000
PROFILE = "car"
THOROUGH = ((150, 5), (400, 3))
"""Up to so many jobs this exploration level; 1 beyond."""


def solved(asked: dict[str, Any]) -> list[list[int]]:
    """Return for each shift the ids of its jobs in order."""
    shifts, jobs = asked["shifts"], asked["jobs"]
    base = min([shift["span"][0] for shift in shifts], default=0)
    problem = vroom.Input()
    problem.set_durations_matrix(PROFILE, _seconds(asked["points"], asked["roads"]))
    for n, shift in enumerate(shifts):
        if shift["may"] and shift["most"] > 0:
            problem.add_vehicle(_vehicle(n, shift, base))
    for n, job in enumerate(jobs):
        # A window may begin before anybody is at work; seconds below nothing are refused.
        windows = [(max(0, a - base), b - base) for a, b in job["windows"] if b >= base]
        if windows:
            problem.add_job(_job(n, job, len(shifts) + n, windows))
    level = next((level for most, level in THOROUGH if len(jobs) <= most), 1)
    limit = timedelta(seconds=asked["limit_s"])
    answer = problem.solve(exploration_level=level, nb_threads=asked["threads"], timeout=limit)
    found: list[list[int]] = [[] for _shift in shifts]
    for step in answer.routes.itertuples():
        if step.type == "job":
            found[step.vehicle_id].append(jobs[step.id]["id"])
    return found


def _vehicle(n: int, shift: dict[str, Any], base: int) -> Any:
    begin, end = (moment - base for moment in shift["span"])
    pauses = [
        (max(0, early - base), late - base, length) for early, late, length in shift["breaks"]
    ]
    # A visit that is promised takes its time as a pause does, at its second.
    pauses += [(start - base, start - base, stop - start) for start, stop in shift["taken"]]
    return vroom.Vehicle(
        n,
        start=n,
        profile=PROFILE,
        time_window=(begin, end),
        skills=set(shift["may"]),
        max_tasks=shift["most"],
        breaks=[
            vroom.Break(at, time_windows=[(early, late)], service=length)
            for at, (early, late, length) in enumerate(sorted(pauses))
        ],
    )


def _job(n: int, job: dict[str, Any], place: int, windows: list[tuple[int, int]]) -> Any:
    return vroom.Job(
        n,
        location=place,
        default_service=job["service"],
        skills={n},
        priority=job["priority"],
        time_windows=[vroom.TimeWindow(*window) for window in windows],
    )


def _seconds(points: list[list[float]], roads: list[int]) -> Any:
    """Seconds from each point to each, rounded up, as `engine.travel` has them."""
    factor_bp, metres_per_hour, setup_s = roads
    lon, lat = numpy.radians(numpy.array(points, dtype="float64").reshape(-1, 2)).T
    half = (
        numpy.sin((lat[:, None] - lat) / 2) ** 2
        + numpy.cos(lat[:, None]) * numpy.cos(lat) * numpy.sin((lon[:, None] - lon) / 2) ** 2
    )
    straight = numpy.rint(2 * EARTH_RADIUS_M * numpy.arcsin(numpy.minimum(1.0, numpy.sqrt(half))))
    metres = numpy.maximum(1, straight * factor_bp // FULL_BP)
    seconds = setup_s + numpy.ceil(metres * 3600 / metres_per_hour)
    same = (lon[:, None] == lon) & (lat[:, None] == lat)
    return numpy.where(same, 0, seconds).astype("uint32")


if __name__ == "__main__":
    json.dump(solved(json.load(sys.stdin)), sys.stdout)
