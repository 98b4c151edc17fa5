"""How disputes end when the settlement they speak of is taken back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from settlement.disputes import flow
from settlement.disputes.steps import lock_dispute, take_step
from settlement.models import Dispute


def close_disputes_of(settlement_id: int) -> int:
    """Close the open disputes of a settlement that is being taken back; the caller holds its order.

    What was held comes back first, so that the reversal finds the money where it was.
    """
    found = Dispute.objects.filter(line__settlement_id=settlement_id, state__in=flow.OPEN)
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    for dispute_id in ids:
        reason = _("The settlement was taken back; the job is settled anew")
        take_step(lock_dispute(dispute_id), "void", actor=None, text=reason)
    return len(ids)
