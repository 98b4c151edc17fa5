"""One amount divided among parties, as a bar whose parts fill it exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from common.svg import palette
from common.svg.element import element, picture, text


@dataclass(frozen=True, slots=True)
class Segment:
    """A part: label, non-negative amount, its amount in words, and a note beside the label."""

    label: str
    amount: int
    words: str = ""
    note: str = ""


def edges(amounts: Sequence[int], *, width: float) -> list[float]:
    """Left edges of all parts plus the right end; parts are proportional and end at `width`."""
    total = sum(amounts) or 1
    reached, out = 0, [0.0]
    for amount in amounts:
        reached += amount
        out.append(width * reached / total)
    return out


def shares_bp(amounts: Sequence[int]) -> list[int]:
    """Each amount's share of all in basis points, rounded half up; zeros when there is nothing."""
    total = sum(amounts)
    return [(20_000 * amount + total) // (2 * total) if total else 0 for amount in amounts]


def plain_bar(segments: Sequence[Segment], *, title: str) -> str:
    """The bar alone, 16 px high at any width: its words stand below it in the page."""
    places = edges([segment.amount for segment in segments], width=1000)
    body = [
        element("rect", x=left, y=0, width=max(right - left - 1.5, 0.5), height=16, fill=colour)
        for left, right, colour in zip(places, places[1:], _colours(), strict=False)
        if right > left
    ]
    spoken = "，".join(f"{s.label} {s.words or s.amount}" for s in segments)
    return picture(
        *body, title=title, width=1000, height=16, description=spoken,
        css="x-svg x-svg-bar", stretched=True,
    )  # fmt: skip


def _colours() -> Iterator[str]:
    return cycle(palette.SERIES)


def _words_width(words: str) -> int:
    """Pixels of 12 px text: Chinese letters are square, others about half as wide."""
    return sum(12 if letter > "\u2e80" else 7 for letter in words)


def swatch(index: int) -> str:
    """The colour of one part of the bar as a small square, for the words beside it."""
    colour = palette.SERIES[index % len(palette.SERIES)]
    square = element("rect", x=0, y=0, width=10, height=10, rx=2, fill=colour)
    return element("svg", square, width=10, height=10, viewBox="0 0 10 10", aria_hidden="true")


def stacked_bar(
    segments: Sequence[Segment], *, title: str, width: float = 640, height: float = 28
) -> str:
    """The bar; a part wider than its words carries them."""
    places = edges([segment.amount for segment in segments], width=width)
    body = []
    for index, segment in enumerate(segments):
        left, right = places[index], places[index + 1]
        if right <= left:
            continue
        colour = palette.SERIES[index % len(palette.SERIES)]
        light = index % len(palette.SERIES) in (2, 4, 6)
        body.append(
            element(
                "g",
                element(
                    "rect",
                    x=left,
                    y=0,
                    width=max(right - left - 1, 0.5),
                    height=height,
                    fill=colour,
                ),
                text(
                    segment.words,
                    left + 8,
                    height / 2 + 4,
                    font_size=12,
                    fill=palette.INK if light else palette.CARD,
                )
                if segment.words and right - left > _words_width(segment.words) + 14
                else "",
            )
        )
    spoken = "，".join(f"{s.label} {s.words or s.amount}" for s in segments)
    return picture(*body, title=title, width=width, height=height, description=spoken)
