"""Days that were and days to come as bars, with a tick where a simpler guess would lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.svg import palette
from common.svg.element import element, picture, text

_TOP, _BOTTOM = 22.0, 34.0
_AHEAD_LINE = "#6fa3de"


@dataclass(frozen=True, slots=True)
class OutlookBar:
    """A day: two lines below it, its amount with the words above it, and the guess to compare.

    `ahead` days are foretold, `stands_out` ones are drawn in the colour of a warning, and `said`
    is what had been foretold of a day that is over.
    """

    label: str
    note: str
    amount: int
    words: str
    ahead: bool = False
    stands_out: bool = False
    guess: int | None = None
    said: int | None = None


def tops(items: Sequence[OutlookBar], *, height: float) -> list[float]:
    """The y of the top of each bar; the tallest thing of all fills the height."""
    most = max([1, *(max(i.amount, i.guess or 0, i.said or 0) for i in items)])
    per_unit = (height - _TOP - _BOTTOM) / most
    return [height - _BOTTOM - item.amount * per_unit for item in items]


def outlook(
    items: Sequence[OutlookBar], *, title: str, width: float = 760, height: float = 230
) -> str:
    """The bars with a line between what came and what is foretold; read aloud day by day."""
    most = max([1, *(max(i.amount, i.guess or 0, i.said or 0) for i in items)])
    base, per_unit = height - _BOTTOM, (height - _TOP - _BOTTOM) / most
    slot = width / max(1, len(items))
    body = [element("line", x1=0, x2=width, y1=base, y2=base, stroke=palette.LINE_2)]
    turn = next((n for n, item in enumerate(items) if item.ahead), None)
    if turn:
        body.append(
            element(
                "line", x1=slot * turn, x2=slot * turn, y1=4, y2=height - 4, stroke=palette.INK_3,
                stroke_dasharray="3 3",
            )
        )  # fmt: skip
    for n, item in enumerate(items):
        body += _bar(item, slot * n, slot, base, per_unit)
    spoken = "，".join(f"{i.label} {i.note} {i.words}".strip() for i in items)
    return picture(*body, title=title, width=width, height=height, description=spoken)


def _bar(item: OutlookBar, left: float, slot: float, base: float, per_unit: float) -> list[str]:
    middle, wide = left + slot / 2, slot * 0.62
    tall = max(item.amount * per_unit, 1.5)
    colour = palette.HEAT[4] if not item.ahead else palette.BRAND_LIGHT
    line = None if not item.ahead else _AHEAD_LINE
    if item.stands_out:
        colour, line = "#fdf0dc", palette.WARN
    parts = [
        element(
            "rect", x=middle - wide / 2, y=base - tall, width=wide, height=tall, rx=2, fill=colour,
            stroke=line,
        ),
        text(
            item.words, middle, base - tall - 5, text_anchor="middle", font_size=11,
            fill=palette.WARN if item.stands_out else palette.INK_2,
            font_weight="700" if item.stands_out else None,
        ),
        text(item.label, middle, base + 14, text_anchor="middle", font_size=11, fill=palette.INK_2),
        text(item.note, middle, base + 27, text_anchor="middle", font_size=10, fill=palette.INK_3),
    ]  # fmt: skip
    for amount, dashes in ((item.guess, "2 2"), (item.said, None)):
        if amount is not None:
            y = base - amount * per_unit
            parts.append(
                element(
                    "line", x1=middle - wide / 2 - 2, x2=middle + wide / 2 + 2, y1=y, y2=y,
                    stroke=palette.INK, stroke_width=1.5, stroke_dasharray=dashes,
                )
            )  # fmt: skip
    return parts
