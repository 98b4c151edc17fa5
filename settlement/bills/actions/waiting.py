"""Leaving an exception to a day, to the platform, or to a fresh look at the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.outbox import announce
from settlement.bills.events import ShopOrderWanted
from settlement.bills.matching import DISPUTE, WAIT
from settlement.models import BillAction

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
from settlement.bills.actions.deciding import proposal_of
from settlement.bills.actions.held import (
    held,
    note,
    reason_given,
    refuse_unless_open,
    save_and_judge,
)


@transaction.atomic
def wait_until(*, position_id: int, until: date | None, reason: str, actor: User) -> BillAction:
    """Leave an exception alone until a day within the next 90; it comes back by itself."""
    position = held(position_id)
    refuse_unless_open(position)
    ahead = (until - clock.business_day()).days if until else 0
    refuse_unless(0 < ahead <= 90, "bill.until", _("Choose a day within the next 90 days"))
    position.hold, position.wait_until = WAIT, until
    action = note(position, BillAction.Kind.WAIT, actor, reason=reason[:300], until=until)
    save_and_judge(position)
    return action


@transaction.atomic
def raise_with_platform(*, position_id: int, reason: str, actor: User) -> BillAction:
    """Note that the platform was told; it stays open until its bill is right or it is accepted."""
    position = held(position_id)
    refuse_unless_open(position)
    refuse_unless(position.hold != DISPUTE, "bill.disputed", _("The platform was told already"))
    position.hold, position.wait_until = DISPUTE, None
    action = note(position, BillAction.Kind.DISPUTE, actor, reason=reason_given(reason))
    save_and_judge(position)
    return action


@transaction.atomic
def resume(*, position_id: int, actor: User) -> BillAction:
    """Take a waiting or raised exception up again, or withdraw one's own proposal."""
    position = held(position_id)
    proposal = proposal_of(position)
    refuse_unless(
        proposal is None or proposal.by_id == actor.pk,
        "bill.not_own",
        _("Somebody else proposes this: refuse it with a reason"),
    )
    refuse_unless(
        position.hold, "bill.not_held", _("This one neither waits nor is with the platform")
    )
    position.hold, position.wait_until = "", None
    action = note(position, BillAction.Kind.RESUME, actor)
    save_and_judge(position)
    return action


@transaction.atomic
def ask_for_order(*, position_id: int, actor: User) -> BillAction:
    """Have the shop asked for the order as it is now; the position is judged again afterwards."""
    position = held(position_id)
    action = note(position, BillAction.Kind.REFETCH, actor)
    announce(ShopOrderWanted(position.platform, position.shop_key, position.order_number))
    return action
