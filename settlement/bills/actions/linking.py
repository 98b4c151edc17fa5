"""Counting what a bill booked on an unknown order for a known one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, Refused, refuse_unless
from settlement.bills.matching import key_for, match
from settlement.models import BillAction, BillPosition
from workorders.models import ShopOrderLine, WorkOrder

if TYPE_CHECKING:
    from accounts.models import User
from settlement.bills.actions.held import held, key_of, note, save_and_judge


@transaction.atomic
def count_for(*, position_id: int, number: str, reason: str, actor: User) -> BillAction:
    """Count what the bill booked on an unknown order for a known one (work or shop order number).

    Refused for orders of another shop, unknown ones, and those with several lines where the work
    order has to be named.
    """
    position = held(position_id)
    refuse_unless(
        position.state == BillPosition.State.MISSING_HERE, "bill.known",
        _("Only lines of orders nobody knows here are counted for another one"),
    )  # fmt: skip
    refuse_unless(
        not (position.accepted_gross_fen or position.accepted_fee_fen), "bill.accepted",
        _("A difference of this one was accepted: take the acceptance back first"),
    )  # fmt: skip
    line = _line_called(number.strip(), position)
    key = key_for(line)
    match([key])
    target = BillPosition.objects.get(**key._asdict())
    if target.linked_to_id:
        raise Refused("bill.chain", _("That order is counted for another one itself"))
    position.linked_to, position.state, position.cause = target, BillPosition.State.LINKED, "linked"
    position.difference_fen = position.at_stake_fen = 0
    position.hold, position.wait_until = "", None
    action = note(
        position, BillAction.Kind.LINK, actor, reason=reason[:300], target=line.order.number
    )
    position.save()
    match([key])
    return action


@transaction.atomic
def count_for_itself(*, position_id: int, actor: User) -> BillAction:
    """Undo that; both orders are judged again."""
    position = held(position_id)
    target = position.linked_to
    if target is None:
        raise Conflict("bill.not_linked", _("This one counts for itself already"))
    position.linked_to = None
    action = note(position, BillAction.Kind.UNLINK, actor, target=target.order_number)
    save_and_judge(position)
    match([key_of(target)])
    return action


def _line_called(number: str, position: BillPosition) -> ShopOrderLine:
    by_work = WorkOrder.objects.filter(number=number).values_list("line_id")
    lines = ShopOrderLine.objects.select_related("order").filter(
        order__platform=position.platform, order__shop_key=position.shop_key
    )
    found = list(lines.filter(pk__in=by_work)) or list(
        lines.filter(order__number=number, work_order__isnull=False)
    )
    refuse_unless(
        found, "bill.target", _("This shop has no order with work called %(n)s") % {"n": number}
    )
    sentence = _("%(n)s has several work orders; name the work order")
    refuse_unless(len(found) == 1, "bill.target", sentence % {"n": number})
    return found[0]
