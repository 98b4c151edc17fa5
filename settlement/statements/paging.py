"""A statement page by page: where every line stands is known without reading what it says.

One settlement of a payee is one entry with so many lines; those of the entries on a page are read,
with their facts and words, and no others. Numbers and order are those of the whole statement.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, overload

from django.db.models import Count

from settlement.models import PeriodLine, SettlementLine
from settlement.statements.checks import Findings
from settlement.statements.corrections import origins
from settlement.statements.ledger_balances import balances_of, moves_of
from settlement.statements.ledger_entries import entries_of
from settlement.statements.ledger_lines import BONUS, heads_of, lines_of, shown
from settlement.statements.sheet import Figures

if TYPE_CHECKING:
    from settlement.models import Party, Statement
    from settlement.models import StatementPeriod as Period
    from settlement.statements.ledger_entries import Entry
    from settlement.statements.ledger_lines import Head
    from settlement.statements.sheet import Balance, Move, SheetLine


class _Stretch(NamedTuple):
    """The lines of one entry, which stand together."""

    day: date
    order_number: str
    lines: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class StatementHead(Figures):
    """What stands around the lines; `is_behind` where the ledger has moved since it was computed.

    A current statement shows what it was computed with, one that is behind what the ledger says now.
    """

    party: Party
    period: Period
    balances: tuple[Balance, ...]
    moves: tuple[Move, ...]
    total_fen: int
    orders: int
    sha256: str
    is_behind: bool


class Lines(Sequence["SheetLine"]):
    """All lines of a statement for a paginator: counted, and read as far as they are asked for."""

    def __init__(self, party: Party, period: Period, stretches: list[_Stretch]) -> None:
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


def read_pages(statement: Statement) -> tuple[StatementHead, Lines]:
    """Return a statement's head and its lines to page through; six queries and what a page reads.

    Raises LinesDiffer for a page whose lines do not sum to what was posted.
    """
    party, period = statement.party, statement.run.period
    entries = entries_of(party, period)
    stretches = _stretches(party, entries)
    balances, postings = balances_of(party, period)
    is_behind = Findings.read(statement.run.checks).postings.get(party.pk) != postings
    numbers = {one.order_number for one in stretches if one.lines and one.order_number}
    head = StatementHead(
        party, period, balances, moves_of(party, period),
        total_fen=sum(one.amount_fen for one in entries) if is_behind else statement.total_fen,
        orders=len(numbers) if is_behind else statement.orders,
        sha256="" if is_behind else statement.sha256,
        is_behind=is_behind,
    )  # fmt: skip
    return head, Lines(party, period, stretches)


def _stretches(party: Party, entries: list[Entry]) -> list[_Stretch]:
    """By day and order as `read_sheet` has them; entries of one order in the order of the books."""
    heads, bonuses = heads_of(entries), _bonuses(party, entries)
    settled = _settled(party, heads)
    days = _days(party, [one for one in entries if not _known(one, heads, bonuses)])
    found = []
    for entry in entries:
        head = heads.get(entry.settled_as) if entry.settled_as else None
        if entry.source_key in bonuses:
            found.append(_Stretch(date.max, "", bonuses[entry.source_key], entry))
        elif head is not None:
            lines = settled.get(head.pk, 0)
            found.append(_Stretch(head.done_on, head.order_number, lines, entry))
        else:
            day = days.get(entry.source_key) or date.max
            found.append(_Stretch(day, entry.order_number, 1, entry))
    return sorted(found, key=lambda one: (one.day, one.order_number))


def _known(entry: Entry, heads: Mapping[tuple[int, int], Head], bonuses: Mapping[str, int]) -> bool:
    return entry.settled_as in heads or entry.source_key in bonuses


def _days(party: Party, entries: list[Entry]) -> dict[str, date | None]:
    """The days of what no line of a settlement explains."""
    found = origins(party, [one.source_key for one in entries])
    return {key: origin.done_on for key, origin in found.items()}


def _settled(party: Party, heads: Mapping[tuple[int, int], Head]) -> dict[int, int]:
    """How many lines of each settlement the payee's statement shows."""
    lines = SettlementLine.objects.filter(
        shown(), settlement_id__in=[head.pk for head in heads.values()], payee=party
    )
    return dict(lines.order_by().values_list("settlement_id").annotate(n=Count("pk")))


def _bonuses(party: Party, entries: list[Entry]) -> dict[str, int]:
    keys = [one.source_key for one in entries if one.source_key.startswith(BONUS)]
    if not keys:
        return {}
    lines = PeriodLine.objects.filter(payee=party, entry__source_key__in=keys)
    rows = lines.order_by().values_list("entry__source_key").annotate(n=Count("pk"))
    return dict(rows)
