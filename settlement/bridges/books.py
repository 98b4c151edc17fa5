"""What the ledger holds of a period for some payees: orders by item and city, and the rest by cause."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from settlement.bridges.cities import Cities
from settlement.bridges.origins import own_key, posted_by_itself
from settlement.engine.bridge import Cell, Cells, Place
from settlement.models import JournalEntry, Posting, Settlement

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from settlement.bridges.payees import Whose
    from settlement.models import StatementPeriod

_ORDERS = ("settlement", "release")
_DECIDED = ("adjustment", "dispute", "difference", "bill")
_BONUS = ("volume", "allowance")


class Book:
    """What the ledger holds of one period."""

    def __init__(self) -> None:
        self.total_fen = self.decided_fen = self.bonus_fen = self.charges_fen = 0
        self.cells: Cells = {}

    @property
    def orders(self) -> int:
        """How many orders were settled, less those taken back."""
        return sum(cell.orders for cell in self.cells.values())


def books_of(periods: list[StatementPeriod], whose: Whose) -> dict[int, Book]:
    """Return what was booked in each period, by its id; four queries."""
    cities = Cities()
    books = {one.pk: Book() for one in periods}
    counts: dict[int, dict[Place, int]] = {pk: defaultdict(int) for pk in books}
    sums: dict[int, dict[Place, int]] = {pk: defaultdict(int) for pk in books}
    for row in _postings(periods, whose):
        book, fen = books[row["entry__period"]], int(row["total"])
        book.total_fen += fen
        if row["of"] in _ORDERS:
            place = (row["item"] or 0, cities.of(row["region"]))
            counts[row["entry__period"]][place] += row["settled"] - row["taken_back"]
            sums[row["entry__period"]][place] += fen
        elif row["of"] in _DECIDED:
            book.decided_fen += fen
        elif row["of"] in _BONUS:
            book.bonus_fen += fen
    for row in _charges(periods, whose):
        place = (row["item"] or 0, cities.of(row["region"]))
        fen = int(row["total"]) if row["kind"] == "settlement" else -int(row["total"])
        books[row["period"]].charges_fen += fen
        sums[row["period"]][place] -= fen
    versions: dict[int, dict[Place, set[int]]] = {pk: defaultdict(set) for pk in books}
    for period, item, region, version in _versions(periods):
        versions[period][item, cities.of(region)].add(version)
    for pk, book in books.items():
        book.cells = {
            place: Cell(counts[pk][place], fen, frozenset(versions[pk][place]))
            for place, fen in sums[pk].items()
        }
    return books


def _postings(periods: list[StatementPeriod], whose: Whose) -> QuerySet[Posting, Any]:
    """Sums by period, kind of entry (a reversal is of the kind it takes back), item and place."""
    of: Combinable = Case(
        When(entry__kind="reversal", then=F("entry__corrects__kind")), default=F("entry__kind")
    )
    settled = Q(entry__kind="settlement")
    taken_back = Q(entry__kind="reversal", entry__corrects__kind="settlement")
    return (
        Posting.objects.filter(entry__period__in=periods, account__party__in=whose.parties())
        .annotate(
            of=of,
            item=F("entry__work_order__item_version__item"),
            region=F("entry__work_order__site_region"),
        )
        .values("entry__period", "of", "item", "region")
        .annotate(
            total=Sum("amount_fen"),
            settled=Count("entry", distinct=True, filter=settled),
            taken_back=Count("entry", distinct=True, filter=taken_back),
        )
        .order_by()
    )


def _charges(periods: list[StatementPeriod], whose: Whose) -> QuerySet[JournalEntry, Any]:
    """The part of the orders' money that is extra charges, entry by entry as in `_postings`.

    What a recompute changes is an entry of differences, which people decided; the charges stay in
    the period they were posted in, and leave it when their settlement is taken back there.
    """
    lines = "work_order__settlements__lines"
    of_orders = Q(kind="settlement") | Q(kind="reversal", corrects__kind="settlement")
    asked = {
        "period__in": periods,
        f"{lines}__because__how": "charges",
        f"{lines}__payee__in": whose.parties(),
    }
    return (
        JournalEntry.objects.filter(of_orders, **asked)
        .annotate(
            posted_as=Coalesce("corrects__source_key", "source_key"),
            own=own_key("work_order__settlements"),
            item=F("work_order__item_version__item"),
            region=F("work_order__site_region"),
        )
        .filter(posted_as=F("own"))
        .values("period", "kind", "item", "region")
        .annotate(total=Sum(f"{lines}__amount_fen"))
        .order_by()
    )


def _versions(periods: list[StatementPeriod]) -> QuerySet[Settlement, Any]:
    return (
        Settlement.objects.filter(period__in=periods)
        .annotate(own=own_key())
        .filter(posted_by_itself(periods))
        .order_by()
        .values_list(
            "period",
            "work_order__item_version__item",
            "work_order__site_region",
            "version",
        )
        .distinct()
    )
