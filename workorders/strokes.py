"""A signature as the pen moved: read from a phone, stored as whole numbers, drawn as one SVG path."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused

MOST_TEXT = 200_000
MOST_STROKES, MOST_POINTS = 300, 8_000
_WIDEST = 4_096 * 10
_ASIDE = 200
"""A finger may leave the area by as many tenths of a pixel before the stroke ends."""
_LONGEST_MS = 3_600_000

Point = tuple[int, int, int]
"""Tenths of a pixel from the left and from the top, milliseconds since the first touch."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """What was drawn on an area of `width` × `height` tenths of a pixel, stroke by stroke."""

    width: int
    height: int
    lines: tuple[tuple[Point, ...], ...]

    def stored(self) -> dict[str, Any]:
        """Return the strokes as JSON keeps them."""
        return {"width": self.width, "height": self.height, "lines": self.lines}


def read_strokes(text: str) -> Strokes:
    """Return the strokes a phone sent; Refused("signature.strokes") for what no pen could draw."""
    try:
        if len(text) > MOST_TEXT:
            raise ValueError("too long")
        return _checked(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise Refused(
            "signature.strokes", _("The drawn signature cannot be read; please sign again")
        ) from wrong


def stored_strokes(kept: dict[str, Any]) -> Strokes:
    """Return the strokes that `stored` wrote."""
    return _checked(kept)


def _checked(said: Any) -> Strokes:
    width, height = (_whole(said[name], 100, _WIDEST) for name in ("width", "height"))
    lines = tuple(tuple(_point(point, width, height) for point in line) for line in said["lines"])
    if not 1 <= len(lines) <= MOST_STROKES or not all(lines):
        raise ValueError("strokes")
    if sum(len(line) for line in lines) > MOST_POINTS:
        raise ValueError("points")
    return Strokes(width, height, lines)


def _point(said: Any, width: int, height: int) -> Point:
    x, y, at = said
    return (
        _whole(x, -_ASIDE, width + _ASIDE),
        _whole(y, -_ASIDE, height + _ASIDE),
        _whole(at, 0, _LONGEST_MS),
    )


def _whole(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError("number")
    return value


def svg_path(strokes: Strokes) -> str:
    """Return the strokes as the `d` of one path in tenths of a pixel, curved through the middles."""
    return " ".join(_stroke(line) for line in strokes.lines)


def _stroke(line: tuple[Point, ...]) -> str:
    first, *rest = [(x, y) for x, y, _at in line]
    path = [f"M{first[0]} {first[1]}"]
    if not rest:
        return path[0] + "h1"  # a dot: a round pen makes it visible
    for here, after in pairwise(rest):
        middle = (here[0] + after[0]) // 2, (here[1] + after[1]) // 2
        path.append(f"Q{here[0]} {here[1]} {middle[0]} {middle[1]}")
    path.append(f"L{rest[-1][0]} {rest[-1][1]}")
    return "".join(path)
