"""The lines of a statement for a paginator: those of the entries on a page are read, and no others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, overload

from settlement.statements.ledger_lines import lines_of

if TYPE_CHECKING:
    from settlement.models import Party
    from settlement.models import StatementPeriod as Period
    from settlement.statements.sheet import SheetLine
    from settlement.statements.stretches import Stretch


class Lines(Sequence["SheetLine"]):
    """All lines of a statement for a paginator: counted, and read as far as they are asked for."""

    def __init__(self, party: Party, period: Period, stretches: list[Stretch]) -> None:
        self._party, self._period, self._stretches = party, period, stretches
        self._ends = list(accumulate(each.lines for each in stretches))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, asked: int) -> SheetLine: ...
    @overload
    def __getitem__(self, asked: slice) -> list[SheetLine]: ...
    def __getitem__(self, asked: int | slice) -> SheetLine | list[SheetLine]:
        if isinstance(asked, int):
            return self[: len(self)][asked]
        first, end, _step = asked.indices(len(self))
        if first >= end:
            return []
        begin = bisect_right(self._ends, first)
        last = bisect_right(self._ends, end - 1)
        read = lines_of(
            self._party, self._period, [one.entry for one in self._stretches[begin : last + 1]]
        )
        before = self._ends[begin - 1] if begin else 0
        numbered = [replace(line, n=n) for n, line in enumerate(read, start=before + 1)]
        return numbered[first - before : end - before]
