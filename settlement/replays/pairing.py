"""Which line of the old rules stands beside which of the new ones."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from settlement.engine.result import Line

Pair = tuple["Line | None", "Line | None"]


def pairs_of(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Pair]:
    """Yield every line of both sides once: component by component, payee by payee.

    Within these the same row or bracket meets itself, the nth time it is written the nth; what is
    left on both sides meets in its order, and the rest stands alone.
    """
    for key in dict.fromkeys(_key(line) for line in (*before, *after)):
        old = [line for line in before if _key(line) == key]
        new = [line for line in after if _key(line) == key]
        yield from _within(old, new)


def _key(line: Line) -> tuple[str, str]:
    return line.code, line.payee


def _within(old: list[Line], new: list[Line]) -> Iterator[Pair]:
    met: dict[int, Line] = {}
    left = list(new)
    for at, line in enumerate(old):
        same = next((each for each in left if each.rule == line.rule), None)
        if same is not None:
            met[at] = same
            left = [each for each in left if each is not same]
    alone = zip_longest((at for at in range(len(old)) if at not in met), left)
    others: dict[int, Line | None] = {}
    rest: list[Line] = []
    for at, line in alone:
        if at is None:
            rest.append(line)
        else:
            others[at] = line
    for at, line in enumerate(old):
        yield line, met.get(at) or others.get(at)
    for line in rest:
        yield None, line
