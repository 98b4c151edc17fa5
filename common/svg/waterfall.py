"""How an amount came about: a bar for the base, a step for each line, a bar for the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common import formatting
from common.svg import palette
from common.svg.element import element, picture, text

_TOP = 8.0
_LABELS = 22.0
# The base bar keeps this share of the height when its lower part is left out.
_BROKEN_SHARE = 0.3
# Below this share of left-out height a break would confuse more than it helps.
_WORTH_BREAKING = 0.2
# Pictures this wide have room for the amounts above their bars.
_WIDE = 600.0
_AMOUNTS = 12.0


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum, in fen; the first step is the base."""

    label: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn bar: from and to are running sums in fen, y grows downwards."""

    label: str
    from_fen: int
    to_fen: int
    y: float
    height: float
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """All bars, the sum being the last, and the fen left out below a broken axis (0: not broken)."""

    bars: tuple[Bar, ...]
    cut_fen: int
    total_fen: int


def few_steps(steps: Sequence[Step], *, most: int, other: str) -> list[Step]:
    """At most so many steps: equal labels are one, the smallest of too many become `other`.

    The first step is the base and always kept; steps of nothing are left out.
    """
    sums: dict[str, int] = {}
    for step in steps:
        sums[step.label] = sums.get(step.label, 0) + step.amount_fen
    found = [Step(label, fen) for label, fen in sums.items() if fen]
    if len(found) <= most:
        return found
    largest = sorted(range(1, len(found)), key=lambda n: -abs(found[n].amount_fen))[: most - 2]
    kept = [step for n, step in enumerate(found) if n == 0 or n in largest]
    rest = sum(step.amount_fen for step in found) - sum(step.amount_fen for step in kept)
    return [*kept, Step(other, rest)]


def layout(steps: Sequence[Step], *, total_label: str, height: float, top: float = _TOP) -> Layout:
    """Place the bars; the total is the sum of the steps and cannot be given."""
    running, sums = 0, []
    for step in steps:
        sums.append((step.label, running, running + step.amount_fen))
        running += step.amount_fen
    sums.append((total_label, 0, running))
    whole = {0, len(sums) - 1}
    tops = [to for _, _, to in sums]
    high, low = max(0, *tops), min(0, *tops)
    cut = _cut(tops, high) if low >= 0 and len(steps) > 1 else 0
    floor = cut or low
    per_fen = (height - top - _LABELS) / ((high - floor) or 1)

    def y_of(level: int) -> float:
        return top + (high - max(level, floor)) * per_fen

    placed = tuple(
        Bar(
            label=label,
            from_fen=start,
            to_fen=to,
            y=y_of(max(start, to)),
            height=abs(y_of(start) - y_of(to)),
            is_whole=index in whole,
        )
        for index, (label, start, to) in enumerate(sums)
    )
    return Layout(bars=placed, cut_fen=cut, total_fen=running)


def _cut(tops: Sequence[int], high: int) -> int:
    cut = int((min(tops) - _BROKEN_SHARE * high) / (1 - _BROKEN_SHARE))
    return cut if cut > _WORTH_BREAKING * high else 0


def _colour(bar: Bar, *, is_last: bool) -> str:
    if is_last:
        return palette.GOOD if bar.to_fen >= 0 else palette.LOSS_BAR
    if bar.is_whole:
        return palette.HEAT[5]
    return palette.HEAT[4] if bar.to_fen >= bar.from_fen else palette.LOSS_BAR


def _break_mark(x: float, width: float, y: float) -> str:
    """A white slanted band across a bar: part of its height is left out."""
    corners = f"{x - 2:.1f},{y + 5:.1f} {x + width + 2:.1f},{y - 3:.1f} {x + width + 2:.1f},{y + 1:.1f} {x - 2:.1f},{y + 9:.1f}"
    return element("polygon", points=corners, fill=palette.CARD)


def _amount(bar: Bar, middle: float) -> str:
    fen = bar.to_fen if bar.is_whole else bar.to_fen - bar.from_fen
    words = formatting.money(fen, signed=not bar.is_whole)
    return text(
        words, middle, bar.y - 4, text_anchor="middle", font_size=10, fill=palette.INK_2
    )  # fmt: skip


def waterfall(
    steps: Sequence[Step],
    *,
    title: str,
    total_label: str,
    width: float = 362,
    height: float = 150,
    spoken: str = "",
) -> str:
    """The waterfall; `spoken` is read aloud and should name the amounts."""
    top = _TOP + (_AMOUNTS if width >= _WIDE else 0)
    plan = layout(steps, total_label=total_label, height=height, top=top)
    slot = width / len(plan.bars)
    wide = min(slot * 0.78, 44.0)
    size = 11 if slot >= 34 else 10
    body = []
    for index, bar in enumerate(plan.bars):
        is_last = index == len(plan.bars) - 1
        x = slot * index + (slot - wide) / 2
        colour = _colour(bar, is_last=is_last)
        tall = max(bar.height, 1.5)
        body.append(element("rect", x=x, y=bar.y, width=wide, height=tall, rx=2, fill=colour))
        if width >= _WIDE:
            body.append(_amount(bar, x + wide / 2))
        if bar.is_whole and plan.cut_fen:
            body.append(_break_mark(x, wide, height - _LABELS - 14))
        if not is_last:
            level = bar.y if bar.to_fen >= bar.from_fen else bar.y + bar.height
            body.append(
                element(
                    "line",
                    x1=x,
                    x2=x + slot + wide,
                    y1=level,
                    y2=level,
                    stroke=palette.LINE_2,
                    stroke_dasharray="2 2",
                )
            )
        body.append(
            text(
                bar.label,
                x + wide / 2,
                height - 6,
                text_anchor="middle",
                font_size=size,
                font_weight="700" if is_last else None,
                fill=colour if is_last else palette.INK_2,
            )
        )
    return picture(*body, title=title, width=width, height=height, description=spoken)
