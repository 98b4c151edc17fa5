"""An amount that rises in steps: what a job brings over a measure such as kilometres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.svg import palette
from common.svg.element import element, number, picture, text

_LEFT, _RIGHT, _TOP, _BOTTOM = 6.0, 6.0, 20.0, 20.0


@dataclass(frozen=True, slots=True)
class Stair:
    """The amount from a place on; places and amounts are whole numbers."""

    at: int
    amount: int


def path_of(stairs: Sequence[Stair], *, width: float, height: float) -> list[tuple[float, float]]:
    """Return the corners of the line: level until the next place, then up or down at once."""
    if not stairs:
        return []
    low, high = min(s.amount for s in stairs), max(s.amount for s in stairs)
    first, last = stairs[0].at, stairs[-1].at
    per_x = (width - _LEFT - _RIGHT) / ((last - first) or 1)
    per_y = (height - _TOP - _BOTTOM) / ((high - low) or 1)
    corners: list[tuple[float, float]] = []
    for stair in stairs:
        x, y = _LEFT + (stair.at - first) * per_x, height - _BOTTOM - (stair.amount - low) * per_y
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def stairs(
    steps: Sequence[Stair], *, title: str, mark: Stair | None = None, mark_words: str = "",
    ends: tuple[str, str] = ("", ""), width: float = 328, height: float = 120, spoken: str = "",
) -> str:  # fmt: skip
    """The line with a dot where the job looked at stands; `ends` are the words under both ends."""
    corners = path_of(steps, width=width, height=height)
    if not corners:
        return picture(title=title, width=width, height=height)
    line = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
    base = height - _BOTTOM
    under = [f"{number(x)},{number(base)}" for x, _y in (corners[0], corners[-1])]
    ground = f"{under[0]} {line} {under[1]}"
    body = [
        element("polygon", points=ground, fill=palette.BRAND_LIGHT),
        element("line", x1=0, x2=width, y1=base, y2=base, stroke=palette.LINE_2),
        element("polyline", points=line, fill="none", stroke=palette.BRAND, stroke_width=1.8),
        text(ends[0], _LEFT, height - 5, font_size=11, fill=palette.INK_2),
        text(ends[1], width - _RIGHT, height - 5, font_size=11, fill=palette.INK_2, text_anchor="end"),
    ]  # fmt: skip
    if mark is not None:
        body += _mark(steps, mark, mark_words, width, height)
    return picture(*body, title=title, width=width, height=height, description=spoken)


def _mark(
    steps: Sequence[Stair], mark: Stair, words: str, width: float, height: float
) -> list[str]:
    first, last = steps[0].at, steps[-1].at
    low, high = min(s.amount for s in steps), max(s.amount for s in steps)
    at = min(max(mark.at, first), last)
    x = _LEFT + (at - first) * (width - _LEFT - _RIGHT) / ((last - first) or 1)
    up = (min(max(mark.amount, low), high) - low) * (height - _TOP - _BOTTOM) / ((high - low) or 1)
    y = height - _BOTTOM - up
    anchor = "start" if x < width / 3 else "end" if x > width * 2 / 3 else "middle"
    return [
        element("line", x1=x, x2=x, y1=y, y2=height - _BOTTOM, stroke=palette.GOOD,
                stroke_dasharray="2 2"),
        element("circle", cx=x, cy=y, r=4, fill=palette.GOOD, stroke=palette.CARD, stroke_width=1.5),
        text(words, x, max(12.0, y - 8), font_size=11, font_weight="700", fill=palette.GOOD,
             text_anchor=anchor, stroke=palette.CARD, stroke_width=3, paint_order="stroke"),
    ]  # fmt: skip
