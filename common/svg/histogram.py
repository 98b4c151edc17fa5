"""How many cases lie where: upright bars, losses on the left, gains on the right of what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.svg import palette
from common.svg.element import element, picture, text

_TOP = 20.0
_BOTTOM = 24.0
_COLOURS = {-1: palette.LOSS_BAR, 0: palette.LINE_2, 1: palette.BRAND}


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar: what it holds, how many, and its side: −1 loses, 0 stays, 1 gains."""

    label: str
    count: int
    side: int


def histogram(bins: Sequence[Bin], *, title: str, width: float = 640, height: float = 170) -> str:
    """Bars over a base line, each with its count; an empty one keeps its place and its label."""
    most = max([1, *(each.count for each in bins)])
    slot, base = width / max(1, len(bins)), height - _BOTTOM
    body = [element("line", x1=0, x2=width, y1=base, y2=base, stroke=palette.LINE_2)]
    for index, each in enumerate(bins):
        tall = each.count / most * (base - _TOP)
        middle = slot * (index + 0.5)
        if each.count:
            body.append(
                element(
                    "rect", x=slot * index + 3, y=base - max(tall, 2), width=slot - 6,
                    height=max(tall, 2), rx=2, fill=_COLOURS[each.side],
                )
            )  # fmt: skip
            body.append(
                text(
                    str(each.count), middle, base - max(tall, 2) - 5, text_anchor="middle",
                    font_size=11, fill=palette.INK,
                )
            )  # fmt: skip
        body.append(
            text(
                each.label, middle, height - 7, text_anchor="middle", font_size=11,
                fill=palette.INK_2,
            )
        )  # fmt: skip
    spoken = "，".join(f"{each.label}: {each.count}" for each in bins)
    return picture(*body, title=title, width=width, height=height, description=spoken)
