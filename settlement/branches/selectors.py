"""Which branch owes which other one how much in a period, read from the ledger alone.

The branch that settles an order holds what the customer paid; whatever the order's entries give to
another branch or to headquarters (its part of the price, people it lent, transport by formula) is
what the one owes the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Q, QuerySet, Sum

from network.models import OrgUnit
from settlement.models import Posting

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import StatementPeriod

_OWES = "entry__work_order__settled_by"
_OWED = "account__party__unit"
_KINDS = (OrgUnit.Kind.HQ, OrgUnit.Kind.BRANCH)


class Cell(NamedTuple):
    """What one branch owes another one, and what is left when both are set off, in whole fen."""

    owes: OrgUnit
    owed: OrgUnit
    fen: int
    net_fen: int

    @property
    def is_own(self) -> bool:
        """Whether it is the branch's part of its own orders."""
        return self.owes.pk == self.owed.pk


@dataclass(frozen=True, slots=True)
class Row:
    """One branch with what it owes each of the others."""

    unit: OrgUnit
    cells: tuple[Cell, ...]

    @property
    def owes_fen(self) -> int:
        """What it owes all others."""
        return sum(cell.fen for cell in self.cells if not cell.is_own)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Branch × branch of a period; each sum is that of its cells."""

    units: tuple[OrgUnit, ...]
    rows: tuple[Row, ...]

    @property
    def owed(self) -> list[int]:
        """What each branch is owed by all others, in the order of the columns."""
        return [
            sum(row.cells[n].fen for row in self.rows if not row.cells[n].is_own)
            for n in range(len(self.units))
        ]

    @property
    def total_fen(self) -> int:
        """Everything branches owe each other."""
        return sum(row.owes_fen for row in self.rows)

    @property
    def balances(self) -> list[tuple[OrgUnit, int]]:
        """What each branch is owed less what it owes; they sum to nothing."""
        return [
            (unit, owed - row.owes_fen)
            for unit, owed, row in zip(self.units, self.owed, self.rows, strict=True)
        ]


def matrix(*, period: StatementPeriod, actor: User) -> Matrix:
    """Return who owes whom in a period, as far as the actor may see; two queries."""
    sums: dict[tuple[int, int], int] = {}
    found = _postings(period, actor).values_list(_OWES, _OWED).annotate(total=Sum("amount_fen"))
    for owes, owed, total in found.order_by():
        sums[owes, owed] = int(total)
    ids = {pk for pair in sums for pk in pair}
    units = tuple(OrgUnit.objects.filter(pk__in=ids).order_by("path"))
    rows = tuple(Row(owes, tuple(_cell(owes, owed, sums) for owed in units)) for owes in units)
    return Matrix(units, rows)


def _cell(owes: OrgUnit, owed: OrgUnit, sums: dict[tuple[int, int], int]) -> Cell:
    there, back = sums.get((owes.pk, owed.pk), 0), sums.get((owed.pk, owes.pk), 0)
    return Cell(owes, owed, there, there - back)


class OrderShare(NamedTuple):
    """What one order brings the branch that is owed."""

    number: str
    item: str
    place: str
    fen: int


def orders_between(
    *, period: StatementPeriod, owes_id: int, owed_id: int, actor: User
) -> list[OrderShare]:
    """Return the orders behind one cell, the largest share first; their sum is the cell."""
    rows = (
        _postings(period, actor)
        .filter(**{_OWES: owes_id, _OWED: owed_id})
        .values(
            number=F("entry__work_order__number"),
            item=F("entry__work_order__item_version__name"),
            region=F("entry__work_order__site_region__name"),
            city=F("entry__work_order__address__city"),
        )
        .annotate(total=Sum("amount_fen"))
        .exclude(total=0)
        .order_by("-total", "number")
    )
    return [
        OrderShare(row["number"], row["item"], row["region"] or row["city"], int(row["total"]))
        for row in rows
    ]


def _postings(period: StatementPeriod, actor: User) -> QuerySet[Posting, Any]:
    """Postings that give a branch something of an order another or the same branch settles."""
    found = Posting.objects.filter(
        entry__period=period,
        account__party__unit__kind__in=_KINDS,
        entry__work_order__settled_by__kind__in=_KINDS,
    )
    if actor.sees_everything:
        return found
    units = actor.units
    return found.filter(Q(**{f"{_OWES}__in": units}) | Q(**{f"{_OWED}__in": units}))
