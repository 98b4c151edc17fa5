"""The part of an item that one of several work orders does: each is settled by its own steps.

An order that cannot be finished leaves steps to another. What the item brings is then there once:
its price, flat amounts, and what is counted by quantity are cut at the planned minutes, one piece
for each order. What an order has of its own — its way, its hours, its materials, its charges — is
its own in full.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from settlement.engine.money import cut_fen
from settlement.engine.reading import N_
from settlement.engine.result import LineRow
from settlement.engine.words import Translate, yuan

LIMITS = ("cap", "floor")
OF_THE_ITEM = N_(
    "of %(whole)s for the whole item this order's part, %(steps)s of %(all_steps)s steps"
    " (%(own)s of %(all)s): %(amount)s"
)


class ItemPart(NamedTuple):
    """Where an order's steps lie among all of the item: a piece of the way from 0 to `whole`.

    Measured in planned minutes, in steps where no step has any.
    """

    start: int
    end: int
    whole: int
    steps: int
    all_steps: int


def is_of_the_item(kind: str, row: LineRow) -> bool:
    """Whether a line is an amount the item brings, and not a share of others or of this visit."""
    base, because = row[4], row[8]
    if kind == "table":
        return base is None
    counts = because.get("fact") == "quantity" and not because.get("of")
    return kind in ("price", "flat", *LIMITS) or counts


def parted(row: LineRow, part: ItemPart) -> LineRow:
    """Return the line with this order's piece of its amount, and of what it is a piece."""
    seq, code, party, rule, base, num, den, whole, because = row
    amount = cut_fen(whole, part.start, part.end, part.whole)
    why = {**because, "part": {"fen": whole, **part._asdict()}}
    return seq, code, party, rule, base, num, den, amount, why


def item_part_words(part: Mapping[str, Any], amount_fen: int, translate: Translate) -> str:
    """Return the sentence of a piece: of which whole, and by which steps."""
    return translate(OF_THE_ITEM) % {
        "whole": yuan(part["fen"]), "steps": part["steps"], "all_steps": part["all_steps"],
        "own": part["end"] - part["start"], "all": part["whole"], "amount": yuan(amount_fen),
    }  # fmt: skip
