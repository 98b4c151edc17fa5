"""Whether our lines know the refunds a shop lists.

The order's version does not say it: an order may change after a refund it does not tell of, and a
refund may be newer than its order for good.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from integrations.refunds import LineRefund, Refund, spread_refunds
from workorders.intake_facts import RefundState
from workorders.models import ShopOrderLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from integrations.models import Connection

KnownLines = dict[str, dict[str, ShopOrderLine]]
_QUIET = ("", RefundState.NONE.value)


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


def are_known(refunds: Iterable[Refund], lines: Mapping[str, ShopOrderLine]) -> bool:
    """Return whether the lines know these refunds; they may know of earlier ones besides."""
    listed = list(refunds)
    wanted = spread_refunds(listed, {key: line.paid_fen for key, line in lines.items()})
    touched = {key for refund in listed for key in refund.line_ids or lines}
    return all(_knows(lines[key], wanted[key]) for key in touched & set(lines))


def _knows(line: ShopOrderLine, wanted: LineRefund) -> bool:
    if line.refunded_fen < wanted.refund_fen:
        return False
    state = line.refund_state or RefundState.NONE.value
    return state in (wanted.state.value, RefundState.REFUNDED.value)
