"""A statement page by page, with the numbers and the order of the whole one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from settlement.statements.checks import Findings
from settlement.statements.ledger_balances import balances_of, moves_of
from settlement.statements.ledger_entries import entries_of
from settlement.statements.page_lines import Lines
from settlement.statements.sheet import Figures
from settlement.statements.stretches import stretches_of

if TYPE_CHECKING:
    from settlement.models import Party, Statement
    from settlement.models import StatementPeriod as Period
    from settlement.statements.sheet import Balance, Move


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


def read_pages(statement: Statement) -> tuple[StatementHead, Lines]:
    """Return a statement's head and its lines to page through; six queries and what a page reads.

    Raises LinesDiffer for a page whose lines do not sum to what was posted.
    """
    party, period = statement.party, statement.run.period
    entries = entries_of(party, period)
    stretches = stretches_of(party, entries)
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
