"""A line the height of a word that shows where a figure comes from."""

from __future__ import annotations

from collections.abc import Sequence

from common.svg import palette
from common.svg.element import element, number, picture

_PAD = 3.0
# As high as a word wherever it stands: without the second class it would fill its place.
_CSS = "x-svg x-spark"


def points(
    values: Sequence[int | None], *, width: float, height: float
) -> list[tuple[float, float]]:
    """Pixel positions of the known values; a flat series lies in the middle."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, span = min(known), max(known) - min(known)
    step = (width - 2 * _PAD) / max(1, len(values) - 1)
    inner = height - 2 * _PAD
    return [
        (
            _PAD + index * step,
            _PAD + inner * (0.5 if not span else 1 - (value - low) / span),
        )
        for index, value in enumerate(values)
        if value is not None
    ]


def sparkline(
    values: Sequence[int | None], *, title: str, width: float = 96, height: float = 28
) -> str:
    """A sparkline with a soft ground and a dot on the last value."""
    places = points(values, width=width, height=height)
    if not places:
        return picture(title=title, width=width, height=height, css=_CSS)
    path = " ".join(f"{number(x)},{number(y)}" for x, y in places)
    ground = (
        f"{number(places[0][0])},{number(height)} {path} {number(places[-1][0])},{number(height)}"
    )
    return picture(
        element("polygon", points=ground, fill=palette.BRAND_LIGHT),
        element(
            "polyline",
            points=path,
            fill="none",
            stroke=palette.BRAND,
            stroke_width=1.6,
            stroke_linejoin="round",
            stroke_linecap="round",
        ),
        element("circle", cx=places[-1][0], cy=places[-1][1], r=2.4, fill=palette.BRAND),
        title=title,
        width=width,
        height=height,
        css=_CSS,
    )
