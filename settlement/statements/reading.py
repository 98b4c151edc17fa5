"""Reads a payee's statement from the ledger: every fen of it is explained by a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from settlement.statements.ledger_balances import balances_of, moves_of
from settlement.statements.ledger_entries import LinesDiffer, entries_of
from settlement.statements.ledger_lines import lines_of
from settlement.statements.sheet import Sheet, SheetLine

if TYPE_CHECKING:
    from settlement.models import Party
    from settlement.models import StatementPeriod as Period


def read_sheet(*, party: Party, period: Period) -> Sheet:
    """Return the payee's statement as the ledger stands now; five queries.

    Raises LinesDiffer when the lines of a settlement do not sum to what was posted for it.
    """
    entries = entries_of(party, period)
    lines = list(lines_of(party, period, entries))
    total_fen = sum(entry.amount_fen for entry in entries)
    if sum(line.amount_fen for line in lines) != total_fen:
        raise LinesDiffer(f"{party} {period}: lines do not sum to {total_fen} fen")
    numbered = tuple(_numbered(lines))
    balances, postings = balances_of(party, period)
    moves = moves_of(party, period)
    return Sheet(party, period, numbered, balances, moves, total_fen, postings)


def _numbered(lines: list[SheetLine]) -> Iterable[SheetLine]:
    """By day and order; the lines of one entry stay together in their order."""
    latest = date.max
    ordered = sorted(lines, key=lambda line: (line.done_on or latest, line.order_number))
    for n, line in enumerate(ordered, start=1):
        yield replace(line, n=n)
