"""Upright bars, one per day or week, each a link to its jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.svg import palette
from common.svg.element import element, linked, picture, text

_TOP = 20.0
_BOTTOM = 22.0


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One bar: its label below, its amount, the words above it and where a tap leads."""

    label: str
    amount: int
    words: str = ""
    href: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class _Scale:
    zero_y: float
    per_unit: float


def _scale(amounts: Sequence[int], height: float) -> _Scale:
    top, bottom = max(0, *amounts), min(0, *amounts)
    # Where there is nothing the line lies at the bottom, as under bars that rise from it.
    top = top if top or bottom else 1
    per_unit = (height - _TOP - _BOTTOM) / (top - bottom)
    return _Scale(zero_y=_TOP + top * per_unit, per_unit=per_unit)


def bar_heights(amounts: Sequence[int], *, height: float = 140) -> list[float]:
    """Heights in pixels, proportional to the absolute amounts."""
    per_unit = _scale([0, *amounts], height).per_unit
    return [abs(amount) * per_unit for amount in amounts]


def bars(items: Sequence[WeekBar], *, title: str, width: float = 362, height: float = 140) -> str:
    """Bars over a base line; negative amounts hang below it in the colour of deductions."""
    amounts = [0, *(item.amount for item in items)]
    scale = _scale(amounts, height)
    slot = width / max(1, len(items))
    body = [
        element("line", x1=0, x2=width, y1=scale.zero_y, y2=scale.zero_y, stroke=palette.LINE_2)
    ]
    for index, item in enumerate(items):
        tall = abs(item.amount) * scale.per_unit
        middle = slot * (index + 0.5)
        colour = palette.BRAND if item.current else palette.HEAT[4]
        top = scale.zero_y - tall if item.amount >= 0 else scale.zero_y
        group = element(
            "g",
            element("rect", x=slot * index, y=0, width=slot, height=height, fill="transparent"),
            element(
                "rect",
                x=middle - slot * 0.31,
                y=top,
                width=slot * 0.62,
                height=max(tall, 1.5),
                rx=3,
                fill=colour if item.amount >= 0 else palette.LOSS_BAR,
            ),
            text(
                item.words, middle, top - 6, text_anchor="middle", font_size=11, fill=palette.INK_2
            )
            if item.words
            else "",
            text(
                item.label,
                middle,
                height - 6,
                text_anchor="middle",
                font_size=11,
                font_weight="700" if item.current else None,
                fill=palette.BRAND if item.current else palette.INK_2,
            ),
        )
        body.append(linked(group, item.href, f"{item.label} {item.words}".strip()))
    spoken = "，".join(f"{item.label} {item.words}".strip() for item in items)
    return picture(*body, title=title, width=width, height=height, description=spoken)
