"""Who is near: rings at the distance steps of the price rule, people as initials around a site."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from common.svg import palette
from common.svg.element import element, linked, picture, text

_DOT = 11.0
_TURNS = (0, 14, -14, 28, -28, 42, -42, 56, -56)


@dataclass(frozen=True, slots=True)
class RadarPoint:
    """A person: one-letter initial, full label, distance, bearing in degrees clockwise from north."""

    initial: str
    label: str
    distance_m: int
    bearing_deg: float
    recommended: bool = False
    busy: bool = False
    href: str | None = None


def radius(distance_m: int, *, reach_m: int, outer: float) -> float:
    """Pixels from the centre: square-root scale, so that the near ones do not crowd."""
    return outer * math.sqrt(min(distance_m, reach_m) / reach_m)


def place(points: Sequence[RadarPoint], *, reach_m: int, outer: float) -> list[tuple[float, float]]:
    """Offsets from the centre; a dot that would cover another is turned along its ring."""
    taken: list[tuple[float, float]] = []
    for point in points:
        far = max(radius(point.distance_m, reach_m=reach_m, outer=outer), _DOT * 1.6)
        spots = [_spot(far, point.bearing_deg + turn) for turn in _TURNS]
        free = (spot for spot in spots if all(math.dist(spot, t) >= 2 * _DOT for t in taken))
        taken.append(next(free, spots[0]))
    return taken


def _spot(far: float, bearing_deg: float) -> tuple[float, float]:
    turn = math.radians(bearing_deg)
    return far * math.sin(turn), -far * math.cos(turn)


def radar(
    points: Sequence[RadarPoint],
    *,
    title: str,
    rings_m: Sequence[int] = (5_000, 10_000, 15_000),
    size: float = 240,
) -> str:
    """The radar; people beyond the last ring stand on its edge with a dashed outline."""
    centre, reach = size / 2, max(rings_m)
    outer = centre - _DOT - 4
    body = [_ring(centre, ring_m, reach, outer) for ring_m in sorted(rings_m, reverse=True)]
    body.append(
        element(
            "path",
            d=f"M{centre:.1f} {centre - 10:.1f}l9 16h-18z",
            fill=palette.BAD,
            stroke=palette.CARD,
            stroke_width=1.5,
            stroke_linejoin="round",
        )
    )
    for point, (dx, dy) in zip(points, place(points, reach_m=reach, outer=outer), strict=True):
        body.append(_person(point, centre + dx, centre + dy, beyond=point.distance_m > reach))
    spoken = "，".join(point.label for point in points)
    return picture(*body, title=title, width=size, height=size, description=spoken)


def _ring(centre: float, ring_m: int, reach_m: int, outer: float) -> str:
    far = radius(ring_m, reach_m=reach_m, outer=outer)
    is_outer = ring_m == reach_m
    name = f"{ring_m / 1000:g} km" if is_outer else f"{ring_m / 1000:g}"
    return element(
        "g",
        element(
            "circle",
            cx=centre,
            cy=centre,
            r=far,
            fill=palette.BACKGROUND if is_outer else palette.CARD,
            fill_opacity=0.7,
            stroke=palette.LINE_2,
            stroke_dasharray="3 3",
        ),
        text(
            name,
            centre,
            centre - far + 4,
            text_anchor="middle",
            font_size=10,
            fill=palette.INK_3,
            stroke=palette.CARD,
            stroke_width=3,
            paint_order="stroke",
        ),
    )


def _person(point: RadarPoint, x: float, y: float, *, beyond: bool) -> str:
    fill = palette.GOOD if point.recommended else palette.CARD
    edge = palette.GOOD if point.recommended else palette.INK_3 if point.busy else palette.BRAND
    ink = palette.CARD if point.recommended else edge
    body = element(
        "g",
        element("title", escape(point.label)),
        element(
            "circle",
            cx=x,
            cy=y,
            r=_DOT,
            fill=fill,
            stroke=edge,
            stroke_width=1.6,
            stroke_dasharray="2 2" if beyond else None,
        ),
        text(
            point.initial[:1],
            x,
            y + 4,
            text_anchor="middle",
            font_size=11,
            font_weight="700",
            fill=ink,
        ),
    )
    return linked(body, point.href, point.label)
