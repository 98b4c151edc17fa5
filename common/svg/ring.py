"""How far along: a ring for limits and goals, a bar for steps."""

from __future__ import annotations

import math

from common.svg import palette
from common.svg.element import element, picture, text

_COLOURS = {
    "ok": palette.GOOD,
    "warn": palette.WARN,
    "bad": palette.BAD,
    "brand": palette.BRAND,
}


def arc_length(share_bp: int, *, radius: float) -> float:
    """Length of the drawn arc for a share in basis points, held between none and the full ring."""
    return 2 * math.pi * radius * min(max(share_bp, 0), 10_000) / 10_000


def ring(
    share_bp: int,
    *,
    title: str,
    words: str,
    note: str = "",
    tone: str = "ok",
    size: float = 84,
) -> str:
    """A ring filled clockwise from the top; tones: ok, warn, bad, brand."""
    centre, radius = size / 2, size / 2 - 5
    colour = _COLOURS[tone]
    arc = arc_length(share_bp, radius=radius)
    around = 2 * math.pi * radius
    return picture(
        element(
            "circle",
            cx=centre,
            cy=centre,
            r=radius,
            fill="none",
            stroke=palette.LINE,
            stroke_width=7,
        ),
        element(
            "circle",
            cx=centre,
            cy=centre,
            r=radius,
            fill="none",
            stroke=colour,
            stroke_width=7,
            stroke_linecap="round",
            stroke_dasharray=f"{arc:.2f} {around:.2f}",
            transform=f"rotate(-90 {centre:g} {centre:g})",
        )
        if arc
        else "",
        text(
            words,
            centre,
            centre + (1 if note else 5),
            text_anchor="middle",
            font_size=15,
            font_weight="700",
            fill=colour,
        ),
        text(note, centre, centre + 16, text_anchor="middle", font_size=10, fill=palette.INK_2)
        if note
        else "",
        title=title,
        width=size,
        height=size,
        description=f"{words} {note}".strip(),
    )


def progress_bar(
    share_bp: int, *, title: str, tone: str = "brand", width: float = 240, height: float = 6
) -> str:
    """A thin bar filled from the left."""
    filled = width * min(max(share_bp, 0), 10_000) / 10_000
    half = height / 2
    return picture(
        element("rect", x=0, y=0, width=width, height=height, rx=half, fill=palette.LINE),
        element("rect", x=0, y=0, width=filled, height=height, rx=half, fill=_COLOURS[tone])
        if filled
        else "",
        title=title,
        width=width,
        height=height,
    )
