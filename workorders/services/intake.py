"""Takes shop orders in: the same order any number of times, in any sequence, opens its work once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.transactions import transactional
from customers.receiver import ChannelBuyer
from customers.services.identify import Identified, identify
from workorders.models import ShopOrder, ShopOrderLine, WorkOrder
from workorders.receivers import receiver_of
from workorders.services.changes import LineBefore, change_line, change_order
from workorders.services.fates import TAKEN_AWAY, Chosen, Fate, end_reason, fates
from workorders.services.opening import NO_MARKS, Marks, open_work_order
from workorders.services.progress import end_by_shop
from workorders.services.turns import take_turn

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import OrgUnit
    from workorders.intake_facts import ShopLineFacts, ShopOrderFacts


@dataclass(slots=True)
class IntakeResult:
    """Ids of the work orders an intake opened, changed and cancelled, and of unmapped lines."""

    order_id: int
    opened: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    unmapped: list[int] = field(default_factory=list)


@transactional
def take_in(
    facts: ShopOrderFacts,
    *,
    sold_by: OrgUnit,
    decided: Mapping[str, Chosen] | None = None,
    actor: User | None = None,
    marks: Marks = NO_MARKS,
) -> IntakeResult:
    """Bring our records to what the shop says now; the shop is known by platform, shop and number.

    A version older than the one taken in last changes nothing. A line opens at most one work
    order, ever; its changes, its refund and its closing go to that one. `decided`, `actor` and
    `marks` are for orders that people enter.
    """
    # Push, repeat and pull of one order meet.
    take_turn("shop", facts.platform, facts.shop_id, facts.order_number)
    known = ShopOrder.objects.filter(
        platform=facts.platform, shop_key=facts.shop_id, number=facts.order_number
    ).first()
    if known is not None and facts.version < known.version:
        return IntakeResult(known.pk)
    buyer = ChannelBuyer(facts.platform, facts.shop_id, facts.buyer_ref)
    who = identify(buyer=buyer, receiver=receiver_of(facts.receiver))
    order = _store_order(known, facts, who, sold_by)
    result = IntakeResult(order.pk)
    lines = {line.line_id: line for line in order.lines.select_for_update().order_by("pk")}
    working = {
        work.line_id: work
        for work in WorkOrder.objects.filter(line__order=order).select_related("line")
    }
    todo = fates(facts, decided=decided)
    for line_facts in facts.lines:
        line = lines.pop(line_facts.line_id, None)
        work = working.get(line.pk) if line else None
        before = LineBefore(line.refunded_fen if line else 0, line.refund_state if line else "")
        line = _store_line(line, line_facts, order, work, todo[line_facts.line_id])
        if work is not None:
            _follow(work, line, before, end_reason(facts, line_facts), who, result)
        else:
            _begin(line, todo[line_facts.line_id], actor, marks, result)
    for line in lines.values():
        _end_line(line, working.get(line.pk), TAKEN_AWAY, result)
    return result


def _store_order(
    known: ShopOrder | None, facts: ShopOrderFacts, who: Identified, sold_by: OrgUnit
) -> ShopOrder:
    order = known or ShopOrder(
        platform=facts.platform,
        shop_key=facts.shop_id,
        number=facts.order_number,
        sold_by=sold_by,
        placed_at=facts.created_at,
    )
    order.customer, order.contact, order.address = who.customer, who.contact, who.address
    order.status, order.version = facts.status.value, facts.version
    order.paid_fen, order.paid_at = facts.paid_fen, facts.paid_at
    order.buyer_message = facts.buyer_message[:500]
    order.seller_memo = facts.seller_memo[:500]
    order.modified_at = facts.modified_at
    order.save()
    return order


def _store_line(
    line: ShopOrderLine | None,
    facts: ShopLineFacts,
    order: ShopOrder,
    work: WorkOrder | None,
    fate: Fate,
) -> ShopOrderLine:
    line = line or ShopOrderLine(order=order, line_id=facts.line_id)
    line.order = order
    line.serves_line_id = facts.serves_line_id
    line.product_code = next(iter(facts.product_codes), "")[:64]
    line.title, line.sku_text = facts.title[:200], facts.sku_text[:200]
    line.quantity, line.is_service = max(0, facts.quantity), facts.is_service
    line.paid_fen = facts.paid_fen
    line.refunded_fen = facts.refund_fen
    line.refund_state = facts.refund_state.value
    if work is None:
        line.state = fate.state
        line.item_id = fate.chosen.item_id if fate.chosen else None
    line.save()
    return line


def _begin(
    line: ShopOrderLine, fate: Fate, actor: User | None, marks: Marks, result: IntakeResult
) -> None:
    if fate.state is ShopOrderLine.State.UNMAPPED:
        result.unmapped.append(line.pk)
    if fate.state is not ShopOrderLine.State.OPENED or not fate.chosen or not fate.chosen.version:
        return
    work = open_work_order(
        line=line,
        version=fate.chosen.version,
        price_included=fate.chosen.price_included,
        actor=actor,
        marks=marks,
    )
    result.opened.append(work.pk)


def _follow(
    work: WorkOrder,
    line: ShopOrderLine,
    before: LineBefore,
    ended: str,
    who: Identified,
    result: IntakeResult,
) -> None:
    """Bring a work order to what its line and order say now."""
    if ended:
        _end_line(line, work, ended, result)
        return
    moved = change_order(work_id=work.pk, who=who)
    changed = change_line(work_id=work.pk, line=line, before=before)
    if moved or changed:
        result.changed.append(work.pk)


def _end_line(
    line: ShopOrderLine, work: WorkOrder | None, reason: str, result: IntakeResult
) -> None:
    if line.state != ShopOrderLine.State.CLOSED:
        line.state = ShopOrderLine.State.CLOSED
        line.save(update_fields=["state"])
    if work is not None and work.cancelled_at is None:
        end_by_shop(order_id=work.pk, reason=reason)
        result.cancelled.append(work.pk)
