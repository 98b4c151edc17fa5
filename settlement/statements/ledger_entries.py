"""A payee's entries of a period, each with what it gave and the settlement it speaks of."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Sum

from settlement.models import Party, Posting
from settlement.models import StatementPeriod as Period

SETTLED = "settlement"
REVERSED = "reversal"


class LinesDiffer(ValueError):  # noqa: N818  (says what is wrong)
    """The lines of an entry do not sum to its postings: a fault of ours, never of a user."""


class Entry(NamedTuple):
    """A journal entry with its net amount for the payee and the settlement entry it speaks of."""

    pk: int
    kind: str
    source_key: str
    taken_back: bool
    amount_fen: int
    order_number: str

    @property
    def settled_as(self) -> tuple[int, int] | None:
        """Work order and which of its settlements, from the key the settlement was posted under."""
        kind, _colon, rest = self.source_key.partition(":")
        if kind != SETTLED:
            return None
        order, run = rest.split(":")
        return int(order), int(run)


def entries_of(party: Party, period: Period) -> list[Entry]:
    """Entries that changed what the payee has, oldest first; moves between accounts net to 0."""
    rows = (
        Posting.objects.filter(account__party=party, entry__period=period)
        .values_list(
            "entry_id",
            "entry__kind",
            "entry__source_key",
            "entry__corrects__source_key",
            "entry__work_order__number",
        )
        .annotate(total=Sum("amount_fen"))
        .order_by("entry_id")
    )
    return [
        Entry(
            pk, kind, corrected if kind == REVERSED and corrected else source,
            kind == REVERSED, int(total), number or "",
        )
        for pk, kind, source, corrected, number, total in rows
        if total
    ]  # fmt: skip
