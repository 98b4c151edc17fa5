"""Keeps what was agreed with a contractor for an order: the settlement pays that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from settlement.models import AgreedPay
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import Installer, User


@transactional
def agree_pay(
    *, order_id: int, installer: Installer, amount_fen: int | None, actor: User | None
) -> None:
    """Agree on a price for an order that is not done yet; None: what the rules give.

    Raises Refused("agreed.done") after the work, Refused("agreed.negative") below nothing.
    """
    order = lock_order(order_id)
    refuse_unless(
        order.completed_at is None,
        "agreed.done",
        _("The work is done: what it pays is changed by an adjustment"),
    )
    refuse_unless(
        amount_fen is None or amount_fen >= 0,
        "agreed.negative",
        _("The agreed price cannot be negative"),
    )
    known = AgreedPay.objects.filter(work_order=order, installer=installer)
    if amount_fen is None:
        known.delete()
    else:
        AgreedPay.objects.update_or_create(
            work_order=order,
            installer=installer,
            defaults={"amount_fen": amount_fen, "agreed_by": actor, "agreed_at": clock.now()},
        )
    record(actor, "settlement.agreed", order, installer=installer.pk, amount_fen=amount_fen)


def agreed_pay(order_id: int, installer_id: int) -> int | None:
    """Return the agreed price in fen; None where the rules decide."""
    agreed = AgreedPay.objects.filter(work_order=order_id, installer=installer_id)
    return agreed.values_list("amount_fen", flat=True).first()
