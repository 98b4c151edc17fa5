"""What an adjustment moves, account by account: the one list that is shown before and posted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from settlement.ledger import Leg
from settlement.models import LedgerAccount
from settlement.services.parties import account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.models import Party

Kind = LedgerAccount.Kind
ADJUSTMENT = "adjustment"
"""The kind of an adjustment's entry; that of an upheld dispute keeps its own."""


class Move(NamedTuple):
    """Fen that come onto (or leave) one account of a party; the moves of one list sum to 0."""

    party: Party
    kind: LedgerAccount.Kind
    fen: int


def paid_over(*, payee: Party, payer: Party, fen: int) -> list[Move]:
    """Return the moves of an amount from the payer's available money to the payee's."""
    return [Move(payee, Kind.AVAILABLE, fen), Move(payer, Kind.AVAILABLE, -fen)]


def given_back(*, party: Party, fen: int) -> list[Move]:
    """Return the moves of held money that becomes available again."""
    return [Move(party, Kind.HELD, -fen), Move(party, Kind.AVAILABLE, fen)] if fen else []


def summed(moves: Iterable[Move]) -> list[Move]:
    """Return one move for each account, in the order they first appear; nothing stays at 0."""
    sums: dict[tuple[int, LedgerAccount.Kind], Move] = {}
    for move in moves:
        key = (move.party.pk, move.kind)
        before = sums[key].fen if key in sums else 0
        sums[key] = move._replace(fen=before + move.fen)
    return [move for move in sums.values() if move.fen]


def legs(moves: Iterable[Move]) -> list[Leg]:
    """Return the legs of an entry that makes these moves; accounts are made when they are missing."""
    return [Leg(account(move.party, move.kind), move.fen) for move in moves]
