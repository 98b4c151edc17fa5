"""The refunds of a shop's orders: which we have heard of, and whether our lines know them.

The order's version does not say it: an order may change after a refund it does not tell of, and a
refund may be newer than its order for good. Nor does the order itself: on Tmall a line names only
the newest of its refunds, so the others are asked for by the numbers kept here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from integrations.earlier_refunds import Earlier, EarlierRefund
from integrations.models import HeardRefund
from integrations.refunds import LineRefund, Refund, spread_refunds
from workorders.intake_facts import RefundState
from workorders.models import ShopOrder, ShopOrderLine

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from integrations.models import Connection
    from integrations.shop import Payload, Shop
    from workorders.intake_facts import ShopOrderFacts

KnownLines = dict[str, dict[str, ShopOrderLine]]
Heard = dict[str, HeardRefund]
_QUIET = ("", RefundState.NONE.value)


def hear(connection: Connection, told: Iterable[tuple[str, str]]) -> None:
    """Note (order number, refund id) pairs a shop told of; what was heard before stays as it is.

    One that was gone is asked for again.
    """
    heard = [
        HeardRefund(connection=connection, order_number=number, refund_id=refund_id)
        for number, refund_id in told
        if number and refund_id not in ("", "0")
    ]
    HeardRefund.objects.bulk_create(heard, ignore_conflicts=True)
    again = [one.refund_id for one in heard]
    HeardRefund.objects.filter(connection=connection, refund_id__in=again, is_gone=True).update(
        is_gone=False
    )


def fetch(connection: Connection, shop: Shop, number: str) -> Payload:
    """Ask a shop for an order with all its refunds; raises PlatformError."""
    heard = HeardRefund.objects.filter(connection=connection, order_number=number)
    heard = heard.order_by("refund_id")
    lines = known_lines(connection, [number])[number]
    earlier = Earlier(
        tuple(_earlier(row) for row in heard),
        {key: line.paid_fen for key, line in lines.items()},
        {key: line.refunded_fen for key, line in lines.items()},
    )
    return shop.order(number, earlier=earlier)


def _earlier(row: HeardRefund) -> EarlierRefund:
    state = RefundState(row.state or RefundState.NONE)
    known = Refund(row.refund_id, state, row.refund_fen or 0, tuple(row.line_ids))
    return EarlierRefund(known, row.is_gone)


def remember(
    connection: Connection,
    facts: ShopOrderFacts,
    refunds: Iterable[Refund],
    gone: Collection[str] = (),
) -> None:
    """Keep how the refunds of an order stood that was just taken in, in the same transaction.

    Not of an order older than the one we have: that one was left as it is. `gone` are those that
    are not asked for any more, until a shop tells of them again: what was kept of them stays. The
    lines of a refund of the whole order are kept as its number; without any nobody knows them.
    """
    number = facts.order_number
    is_taken = ShopOrder.objects.filter(
        platform=facts.platform, shop_key=facts.shop_id, number=number, version=facts.version
    ).exists()
    if not is_taken:
        return
    HeardRefund.objects.bulk_create(
        [
            HeardRefund(
                connection=connection, order_number=number, refund_id=one.refund_id,
                state=one.state.value, refund_fen=one.refund_fen,
                line_ids=list(one.line_ids) or [number],
            )
            for one in {refund.refund_id: refund for refund in refunds}.values()
            if one.refund_id not in gone
        ],
        update_conflicts=True,
        unique_fields=["connection", "refund_id"],
        update_fields=["state", "refund_fen", "line_ids"],
    )  # fmt: skip
    if gone:
        found = HeardRefund.objects.filter(connection=connection, refund_id__in=gone)
        found.update(is_gone=True)


def heard_refunds(connection: Connection, numbers: Iterable[str]) -> dict[str, Heard]:
    """Return what we have heard of refunds of these orders, by order number and refund id."""
    found: dict[str, Heard] = defaultdict(dict)
    for row in HeardRefund.objects.filter(connection=connection, order_number__in=list(numbers)):
        found[row.order_number][row.refund_id] = row
    return found


def known_lines(connection: Connection, numbers: Iterable[str]) -> KnownLines:
    """Return our lines of these orders, by order number and line id, in the order's sequence."""
    found: KnownLines = defaultdict(dict)
    for line in (
        ShopOrderLine.objects.filter(
            order__platform=connection.platform,
            order__shop_key=connection.shop_key,
            order__number__in=list(numbers),
        )
        .select_related("order")
        .order_by("pk")
    ):
        found[line.order.number][line.line_id] = line
    return found


def has_refund(lines: Mapping[str, ShopOrderLine]) -> bool:
    """Return True when we know of a refund, which a list row must not undo by its silence."""
    return any(line.refund_state not in _QUIET for line in lines.values())


def are_known(refunds: Iterable[Refund], lines: Mapping[str, ShopOrderLine], heard: Heard) -> bool:
    """Return whether each of these refunds was taken in as it stands, and the lines know them.

    The lines alone do not say it: what they know may be the sum of other refunds.
    """
    listed = list(refunds)
    if not all(_is_taken(refund, heard.get(refund.refund_id)) for refund in listed):
        return False
    wanted = spread_refunds(listed, {key: line.paid_fen for key, line in lines.items()})
    touched = {key for refund in listed for key in refund.line_ids or lines}
    return all(_knows(lines[key], wanted[key]) for key in touched & set(lines))


def _is_taken(refund: Refund, heard: HeardRefund | None) -> bool:
    if heard is None or not heard.state:
        return refund.state is RefundState.NONE
    # A refund that came to nothing has no amount that matters.
    same_fen = refund.state is RefundState.NONE or heard.refund_fen == refund.refund_fen
    return heard.state == refund.state.value and same_fen


def _knows(line: ShopOrderLine, wanted: LineRefund) -> bool:
    if line.refunded_fen < wanted.refund_fen:
        return False
    state = line.refund_state or RefundState.NONE.value
    return state in (wanted.state.value, RefundState.REFUNDED.value)
