"""A curve over a few steps with its zero line, the step of today and the best one marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.svg import palette
from common.svg.element import element, number, picture, text

_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 14.0, 26.0, 22.0


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A step: the word under it, its value, the value in words, and whether it is marked."""

    label: str
    value: int
    words: str
    is_now: bool = False
    is_best: bool = False


def corners(
    points: Sequence[CurvePoint], *, width: float, height: float
) -> list[tuple[float, float]]:
    """Return the pixel positions of the steps; zero is always inside the picture."""
    low = min(0, *(point.value for point in points))
    high = max(0, *(point.value for point in points))
    per_x = (width - _LEFT - _RIGHT) / max(1, len(points) - 1)
    return [
        (_LEFT + index * per_x, _height_of(point.value, low, high, height))
        for index, point in enumerate(points)
    ]


def _height_of(value: int, low: int, high: int, height: float) -> float:
    return height - _BOTTOM - (value - low) * (height - _TOP - _BOTTOM) / ((high - low) or 1)


def curve_chart(
    points: Sequence[CurvePoint], *, title: str, width: float = 640, height: float = 220
) -> str:
    """The curve; a table with the same figures stands beside it."""
    if not points:
        return picture(title=title, width=width, height=height)
    places = corners(points, width=width, height=height)
    low = min(0, *(point.value for point in points))
    high = max(0, *(point.value for point in points))
    zero = _height_of(0, low, high, height)
    line = " ".join(f"{number(x)},{number(y)}" for x, y in places)
    body = [
        element("line", x1=0, x2=width, y1=zero, y2=zero, stroke=palette.LINE_2),
        element("polyline", points=line, fill="none", stroke=palette.BRAND, stroke_width=2),
    ]
    for (x, y), point in zip(places, points, strict=True):
        body.append(text(point.label, x, height - 6, font_size=11, fill=palette.INK_2,
                         text_anchor="middle"))  # fmt: skip
        if point.is_now or point.is_best:
            body += _mark(x, y, point, width)
        else:
            body.append(element("circle", cx=x, cy=y, r=2.6, fill=palette.BRAND))
    return picture(*body, title=title, width=width, height=height)


def _mark(x: float, y: float, point: CurvePoint, width: float) -> list[str]:
    colour = palette.GOOD if point.is_best else palette.BRAND
    anchor = "start" if x < width / 4 else "end" if x > width * 3 / 4 else "middle"
    return [
        element("circle", cx=x, cy=y, r=4.5, fill=colour, stroke=palette.CARD, stroke_width=1.5),
        text(point.words, x, max(12.0, y - 9), font_size=12, font_weight="700", fill=colour,
             text_anchor=anchor, stroke=palette.CARD, stroke_width=3, paint_order="stroke"),
    ]  # fmt: skip
