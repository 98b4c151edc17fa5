"""A picture of what leads to what: boxes in rows, lines between them, some of both marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from common.svg.element import element, linked, picture, text
from common.svg.layering import Spot, layered
from common.svg.palette import BAD, BRAND, BRAND_LIGHT, CARD, INK, INK_2, INK_3, LINE_2

WIDTH, HEIGHT, BETWEEN, BELOW, GUTTER = 148, 34, 18, 22, 40
_LETTERS = 19
"""How wide a name may be: a Chinese character counts two."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its words, the colours of its kind (ink, ground), and what is said beside it."""

    key: str
    words: str
    ink: str = INK
    ground: str = CARD
    href: str = ""
    beside: str = ""
    is_chosen: bool = False
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A way from one box to another; `on_line` when it is part of the main line."""

    source: str
    target: str
    on_line: bool
    is_marked: bool = False


def layers(boxes: Sequence[Box], lines: Sequence[Line], *, title: str) -> str:
    """Draw the boxes in rows from above, what is off the main line in a lane on the right."""
    spots = layered(
        [box.key for box in boxes],
        [(line.source, line.target) for line in lines if line.on_line],
        [(line.source, line.target) for line in lines if not line.on_line],
    )
    columns = max((spot.column + 1 for spot in spots.values() if not spot.aside), default=1)
    has_lane = any(spot.aside for spot in spots.values())
    rows = max((spot.row + 1 for spot in spots.values()), default=1)
    drawing = _Drawing(spots, columns)
    ordered = sorted(lines, key=lambda line: line.is_marked)
    width = GUTTER + columns * (WIDTH + BETWEEN) + has_lane * (WIDTH + BETWEEN)
    return picture(
        *(drawing.line(line) for line in ordered if {line.source, line.target} <= set(spots)),
        *(drawing.box(box) for box in boxes),
        title=title,
        width=width,
        height=rows * (HEIGHT + BELOW) + 6,
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    spots: dict[str, Spot]
    columns: int

    def corner(self, key: str) -> tuple[float, float]:
        """The left upper corner of a box."""
        spot = self.spots[key]
        column = self.columns if spot.aside else spot.column
        return GUTTER + column * (WIDTH + BETWEEN), 4 + spot.row * (HEIGHT + BELOW)

    def box(self, box: Box) -> str:
        """A box with its words; a mark is a sign besides the colour."""
        x, y = self.corner(box.key)
        stroke = BAD if box.is_marked else BRAND if box.is_chosen else LINE_2
        wide = 2.5 if box.is_marked or box.is_chosen else 1
        parts = [
            element("rect", x=x, y=y, width=WIDTH, height=HEIGHT, rx=6, fill=box.ground,
                    stroke=stroke, stroke_width=wide),
            text(_cut(box.words), x + 10, y + 22, font_size=13, fill=box.ink, font_weight="600"),
        ]  # fmt: skip
        if box.beside:
            parts.append(_badge(box.beside, x + WIDTH - 4, y, BRAND_LIGHT, INK_2))
        if box.is_marked:
            parts.append(_badge("!", x + 14, y, BAD, "#ffffff"))
        label = f"{box.words} {box.beside}".strip()
        body = element("g", element("title", escape(label)), *parts)
        return linked(body, box.href or None, label)

    def line(self, line: Line) -> str:
        """A line between two boxes with a head; lines against the order run left of the boxes."""
        colour = BAD if line.is_marked else INK_3 if line.on_line else LINE_2
        path, head = self._path(line)
        wide = 2.5 if line.is_marked else 1.5 if line.on_line else 1
        dashes = None if line.on_line else "4 3"
        return element(
            "path", d=path, fill="none", stroke=colour, stroke_width=wide, stroke_dasharray=dashes
        ) + element("path", d=head, fill=colour)

    def _path(self, line: Line) -> tuple[str, str]:
        (ax, ay), (bx, by) = self.corner(line.source), self.corner(line.target)
        source, target = self.spots[line.source], self.spots[line.target]
        if source.aside and target.aside and source.row < target.row:
            a = ax + WIDTH - 20
            return f"M{a} {ay + HEIGHT}L{a} {by - 5}", _down(a, by)
        if line.source == line.target or target.aside:
            x, y = bx, by + HEIGHT / 2
            start = f"M{ax + WIDTH} {ay + HEIGHT / 2}"
            return f"{start}C{ax + WIDTH + 14} {ay + HEIGHT / 2} {x - 14} {y} {x} {y}", _right(x, y)
        if target.row == source.row + 1 and not source.aside:
            a, b = ax + WIDTH / 2, bx + WIDTH / 2
            return f"M{a} {ay + HEIGHT}C{a} {by - 6} {b} {ay + HEIGHT + 6} {b} {by - 5}", _down(
                b, by
            )
        if source.aside:
            y, x = by + HEIGHT / 2 + 6, bx + WIDTH
            start = f"M{ax} {ay + HEIGHT / 2 + 8}"
            return f"{start}C{ax - 14} {ay + HEIGHT / 2 + 8} {x + 14} {y} {x} {y}", _left(x, y)
        out = min(ax, bx) - 8 - min(24, 4 * abs(target.row - source.row))
        y = by + HEIGHT / 2
        start = f"M{ax} {ay + HEIGHT / 2 + 4}"
        return f"{start}C{out} {ay + HEIGHT / 2 + 4} {out} {y} {bx} {y}", _right(bx, y)


def _badge(words: str, x: float, y: float, ground: str, ink: str) -> str:
    wide = 8 + 7 * len(words)
    return element(
        "rect", x=x - wide, y=y - 4, width=wide, height=16, rx=8, fill=ground, stroke=ink,
        stroke_width=0.5,
    ) + text(words, x - wide / 2, y + 8, font_size=11, fill=ink, text_anchor="middle",
             font_weight="700")  # fmt: skip


def _down(x: float, y: float) -> str:
    return f"M{x} {y}l-4 -7h8z"


def _right(x: float, y: float) -> str:
    return f"M{x} {y}l-7 -4v8z"


def _left(x: float, y: float) -> str:
    return f"M{x} {y}l7 -4v8z"


def _cut(words: str) -> str:
    room = _LETTERS
    for at, letter in enumerate(words):
        room -= 2 if letter > "\u2e80" else 1
        if room < 0:
            return words[:at] + "…"
    return words
