"""Ways by road between points: what a platform says, remembered, else what the city has taught."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from django.core.cache import cache
from redis.exceptions import RedisError

from common import clock
from integrations.errors import MappingError, PlatformError
from integrations.maps.port import ESTIMATE, Leg, Ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dispatch.engine.travel import Travel
    from integrations.maps.port import MapPlatform
    from network.geo import Point

log = logging.getLogger(__name__)

MOST_PAIRS = 2_500
"""Of one question; a whole day's plan has hundreds of thousands, which nobody would pay for."""
BUDGET_S = 8.0
"""After this no further call is begun."""
REMEMBERED_S = 3_600
_CELL = 1_000
"""Cells a degree: about 110 m."""
_NO_ROAD = (0, 0)

Pair = tuple[int, int]
WayKey = tuple["Point", "Point"]
"""From where to where, as WGS-84."""
QUICK_S = 3.0
"""After this no further call is begun for somebody who waits at a screen."""


def matrix(points: Sequence[Point], *, platform: MapPlatform | None, travel: Travel) -> Ways:
    """Return seconds and metres between all points (WGS-84), parking included as `travel` has it.

    Whatever the platform does not answer, for any reason, is estimated by `travel`: this never
    fails. An answer is remembered for its pair of cells and the hour.
    """
    pairs = [(a, b) for a in range(len(points)) for b in range(len(points))]
    known: dict[Pair, Leg] = {}
    if platform is not None:
        wanted = [(a, b) for a, b in pairs if _cell(points[a]) != _cell(points[b])]
        if len(wanted) <= MOST_PAIRS:
            known = _asked(points, wanted, platform)
    ends = range(len(points))
    seconds = tuple(tuple(_seconds(points, (a, b), known, travel) for b in ends) for a in ends)
    metres = tuple(tuple(_metres(points, (a, b), known, travel) for b in ends) for a in ends)
    return Ways(
        seconds=seconds,
        metres=metres,
        source=platform.name if platform is not None and known else ESTIMATE,
        estimated=frozenset(pair for pair in pairs if pair not in known and pair[0] != pair[1]),
    )


def _seconds(points: Sequence[Point], pair: Pair, known: Mapping[Pair, Leg], travel: Travel) -> int:
    found = known.get(pair)
    if found is None:
        return travel.seconds(points[pair[0]], points[pair[1]])
    return found.seconds + travel.setup_s


def _metres(points: Sequence[Point], pair: Pair, known: Mapping[Pair, Leg], travel: Travel) -> int:
    found = known.get(pair)
    return found.metres if found else travel.metres(points[pair[0]], points[pair[1]])


def known_ways(name: str, ways: Iterable[WayKey]) -> dict[WayKey, Leg]:
    """Return what is remembered of a platform's ways of this hour; nobody is called."""
    keys = {way: _key(name, *way) for way in ways}
    stored = _recall(sorted(set(keys.values())))
    found = {way: stored[key] for way, key in keys.items() if key in stored}
    return {way: Leg(*leg) for way, leg in found.items() if leg != _NO_ROAD}


def asked_ways(
    on: MapPlatform, ways: Sequence[WayKey]
) -> tuple[dict[WayKey, Leg], Exception | None]:
    """Ask a platform for single ways, remember the answers, and say what went wrong, if anything."""
    points = list(dict.fromkeys(point for way in ways for point in way))
    place = {point: n for n, point in enumerate(points)}
    pairs = {(place[a], place[b]): (a, b) for a, b in ways if _cell(a) != _cell(b)}
    fresh, error = _fresh(points, list(pairs), on, QUICK_S)
    return {pairs[n]: Leg(*leg) for n, leg in fresh.items() if leg != _NO_ROAD}, error


def _asked(points: Sequence[Point], wanted: Sequence[Pair], on: MapPlatform) -> dict[Pair, Leg]:
    """What is remembered of the wanted pairs, and what the platform says of the others."""
    keys = {pair: _key(on.name, points[pair[0]], points[pair[1]]) for pair in wanted}
    stored = _recall(list(set(keys.values())))
    found = {pair: stored[key] for pair, key in keys.items() if key in stored}
    missing = [pair for pair in wanted if pair not in found]
    fresh, error = _fresh(points, missing, on, BUDGET_S)
    if error is not None:
        log.warning("%s gave no travel times: %s", on.name, error)
    found |= fresh
    return {pair: Leg(*leg) for pair, leg in found.items() if leg != _NO_ROAD}


def _fresh(
    points: Sequence[Point], missing: Sequence[Pair], on: MapPlatform, budget_s: float
) -> tuple[dict[Pair, tuple[int, int]], Exception | None]:
    """What a platform says of pairs, remembered; with the error after which nobody was asked on."""
    wanted, fresh, failed = set(missing), {}, None
    until = monotonic() + budget_s
    for sources, targets in _tiles(missing, on):
        if monotonic() > until:
            break
        try:
            rows = on.legs([points[n] for n in sources], [points[n] for n in targets])
        except (PlatformError, MappingError) as error:
            # The next call would most likely fail as well, and somebody waits for the answer.
            failed = error
            break
        for a, row in zip(sources, rows, strict=True):
            for b, leg in zip(targets, row, strict=True):
                if (a, b) in wanted:
                    fresh[a, b] = (leg.seconds, leg.metres) if leg else _NO_ROAD
    _keep({_key(on.name, points[a], points[b]): leg for (a, b), leg in fresh.items()})
    return fresh, failed


def _tiles(missing: Sequence[Pair], on: MapPlatform) -> Iterator[tuple[list[int], list[int]]]:
    """The missing pairs as rectangles no larger than one call may be, without empty lines."""
    targets = sorted({b for _a, b in missing})
    for n in range(0, len(targets), on.limits.targets):
        column = set(targets[n : n + on.limits.targets])
        sources = sorted({a for a, b in missing if b in column})
        for m in range(0, len(sources), on.limits.sources):
            band = set(sources[m : m + on.limits.sources])
            needed = sorted({b for a, b in missing if a in band and b in column})
            yield sorted(band), needed


def _cell(point: Point) -> str:
    return f"{round(point[0] * _CELL)},{round(point[1] * _CELL)}"


def _key(name: str, begins: Point, ends: Point) -> str:
    hour = f"{clock.china(clock.wall_now()):%Y%m%d%H}"
    return f"way:{name}:{_cell(begins)}:{_cell(ends)}:{hour}"


def _recall(keys: list[str]) -> dict[str, tuple[int, int]]:
    try:
        return {key: (leg[0], leg[1]) for key, leg in cache.get_many(keys).items()}
    except RedisError:
        return {}


def _keep(legs: Mapping[str, tuple[int, int]]) -> None:
    if legs:
        try:
            cache.set_many(dict(legs), REMEMBERED_S)
        except RedisError:
            log.warning("travel times are not remembered: no cache")
