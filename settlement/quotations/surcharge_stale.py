"""Moving or removing a surcharge that somebody else changed since the table was shown: it asks first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from common.errors import Conflict, Refused
from common.journal.selectors import records_of, records_of_all
from common.two_editors.seen import seen_text
from settlement.models import PriceSurcharge
from settlement.quotations.surcharge_seen import (
    differences_between,
    seen_from,
    shown_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import QueryDict

    from common.journal.models import AuditRecord
    from common.two_editors.seen import Shown
    from common.two_editors.words import FieldDifference

MOST_DIGITS = 9


class TableSeen(NamedTuple):
    """What a page showed: the row it offers to move or remove, and all rows in their order."""

    row: Shown
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListedSurcharge:
    """A row of the table; `seen` is what its buttons send back of it."""

    row: PriceSurcharge
    seen: str


@dataclass(frozen=True, slots=True)
class OrderShown:
    """The rows by name, from above: as the page showed them, now, and once the row has moved."""

    seen: tuple[str, ...]
    now: tuple[str, ...]
    then: tuple[str, ...]


class SurchargeMoved(Conflict):
    """The row, or what it would pass, is another than shown; nothing was done yet.

    `seen` and `order` are what a page shows that asks again; `differences` what changed in the row,
    `orders` the rows in three states where the row would pass another one than was shown.
    """

    def __init__(
        self,
        current: PriceSurcharge,
        order: Iterable[int],
        differences: tuple[FieldDifference, ...],
        orders: OrderShown | None,
    ) -> None:
        if differences:
            latest = records_of(current).filter(action="surcharge.saved").first()
            sentence = _("%(name)s changed this row meanwhile; nothing was done yet")
        else:
            latest = records_of_all(PriceSurcharge).first()
            sentence = _("%(name)s changed the order of these rows meanwhile; nothing was done yet")
        super().__init__("surcharge.stale", sentence % {"name": _name(latest)})
        self.current, self.seen, self.order = (
            current,
            seen_text(shown_of(current)),
            order_text(order),
        )
        self.differences, self.orders = differences, orders


def listed(rows: Iterable[PriceSurcharge]) -> list[ListedSurcharge]:
    """Return rows as the table shows them."""
    return [ListedSurcharge(row, seen_text(shown_of(row))) for row in rows]


def order_text(order: Iterable[int]) -> str:
    """Return what a page keeps of the order of the rows."""
    return " ".join(map(str, order))


def table_seen(post: QueryDict) -> TableSeen:
    """Read what a page kept of the table; Refused when it is none."""
    typed = post.get("order", "").split()
    if not all(one.isascii() and one.isdigit() and len(one) <= MOST_DIGITS for one in typed):
        raise Refused("surcharge.seen", _("This page is out of date; load it again"))
    return TableSeen(seen_from(post.get("seen", "")), tuple(map(int, typed)))


def refuse_changed(
    seen: TableSeen, current: PriceSurcharge, rows: Sequence[PriceSurcharge], step: int = 0
) -> None:
    """Raise SurchargeMoved where a row is not what was shown.

    `rows` are all rows as they stand now; with a step (-1 up, 1 down) also where the row would pass
    another one than on the page.
    """
    differences = differences_between(seen.row, shown_of(current))
    now = [row.pk for row in rows]
    elsewhere = step and _neighbour(seen.order, current.pk, step) != _neighbour(
        now, current.pk, step
    )
    orders = _orders(seen.order, rows, current, step) if elsewhere else None
    if differences or orders:
        raise SurchargeMoved(current, now, differences, orders)


def stepped(rows: Sequence[PriceSurcharge], row_id: int, step: int) -> list[PriceSurcharge]:
    """Return the rows once one has moved a step; the outermost stay where they are."""
    moved = list(rows)
    at = next(n for n, row in enumerate(moved) if row.pk == row_id)
    if 0 <= at + step < len(moved):
        moved[at], moved[at + step] = moved[at + step], moved[at]
    return moved


def _neighbour(order: Sequence[int], row_id: int, step: int) -> int | None:
    """Return which row a step passes; None at the end of the table, and for a row not in it."""
    to = order.index(row_id) + step if row_id in order else -1
    return order[to] if 0 <= to < len(order) else None


def _orders(
    seen: Sequence[int], rows: Sequence[PriceSurcharge], current: PriceSurcharge, step: int
) -> OrderShown:
    names = {row.pk: row.name for row in rows}
    return OrderShown(
        seen=tuple(names.get(pk, _("(removed)")) for pk in seen),
        now=tuple(row.name for row in rows),
        then=tuple(row.name for row in stepped(rows, current.pk, step)),
    )


def _name(latest: AuditRecord | None) -> str:
    return latest.actor_name if latest and latest.actor_name else _("Somebody")
