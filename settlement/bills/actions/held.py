"""What every action begins and ends with: the locked position, the note, the new judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from settlement.bills.matching import APPROVAL, EXCEPTIONS, match
from settlement.bills.sides import Key
from settlement.models import BillAction, BillPosition

if TYPE_CHECKING:
    from accounts.models import User


def held(position_id: int) -> BillPosition:
    """Return the position, locked, with its order and whom it is counted for."""
    return (
        BillPosition.objects.select_for_update(of=("self",))
        .select_related("shop_line__work_order__settled_by", "shop_line__work_order__sold_by")
        .select_related("linked_to")
        .get(pk=position_id)
    )


def is_open(position: BillPosition) -> bool:
    """Return whether somebody still has to decide, or waits."""
    return position.state in EXCEPTIONS or bool(position.hold)


def refuse_unless_open(position: BillPosition) -> None:
    """Raise Conflict naming the state of a position that is settled, or waits for approval."""
    if position.hold == APPROVAL:
        sentence = _("%(order)s: its acceptance waits for a second person's approval")
        raise Conflict("bill.proposed", sentence % {"order": position.order_number})
    if not is_open(position):
        sentence = _("%(order)s is settled already: %(state)s")
        words = {"order": position.order_number, "state": position.get_state_display()}
        raise Conflict("bill.settled", sentence % words)


def reason_given(typed: str) -> str:
    """Return the reason as one line of at most 300 characters; refused without one."""
    why = " ".join(typed.split())[:300]
    refuse_unless(why, "bill.reason", _("Say why"))
    return why


def note(
    position: BillPosition, kind: BillAction.Kind, actor: User, **details: object
) -> BillAction:
    """Record what was done, on the position and in the journal."""
    action = BillAction.objects.create(
        position=position, kind=kind, by=actor, at=clock.now(), **details
    )
    record(actor, f"bill.{kind.value}", position, order=position.order_number)
    return action


def save_and_judge(position: BillPosition) -> None:
    """Store the position and compare bill and books anew."""
    position.save()
    match([key_of(position)])


def key_of(position: BillPosition) -> Key:
    """Return what bill and books call the position."""
    return Key(position.platform, position.shop_key, position.order_number, position.line_id)
