"""Accepting many small differences with one press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import refuse_unless
from settlement.models import BillPosition

if TYPE_CHECKING:
    from accounts.models import User
from settlement.bills.actions.accepting import accept_difference
from settlement.bills.limit import SMALL_FEN

AT_ONCE = 200
"""How many small differences one press accepts."""


@transaction.atomic
def accept_small(*, most_fen: int, reason: str, ids: list[int], actor: User) -> int:
    """Accept differences of at most `most_fen` each, headquarters bearing them; how many.

    `ids` are those that were looked at: one that has grown since, or is settled, is left out.
    """
    refuse_unless(
        0 < most_fen <= SMALL_FEN, "bill.small", _("At most ¥10.00 each can be accepted together")
    )
    rows = BillPosition.objects.filter(
        pk__in=ids[:AT_ONCE], state=BillPosition.State.DIFFERING, at_stake_fen__lte=most_fen
    ).exclude(cause="payees")
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    refuse_unless(found, "bill.nothing", _("None of them is open and that small any more"))
    posted = [
        accept_difference(position_id=pk, reason=reason, bearer_id=None, actor=actor)
        for pk in found
    ]
    return sum(action is not None for action in posted)
