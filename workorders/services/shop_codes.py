"""That a shop's own code of the customer was verified, noted on the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common.journal import record
from workorders import timeline
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from workorders.models import WorkOrder

_CODE = "shop_code"
_verifying: list[Callable[[WorkOrder], bool]] = []


def verified_by(can_verify: Callable[[WorkOrder], bool]) -> None:
    """Let a higher package say of which orders it can have the customer's code verified."""
    _verifying.append(can_verify)


def has_code(order: WorkOrder) -> bool:
    """Whether the order's shop gives its customers codes, and there is a way to verify them."""
    return any(can_verify(order) for can_verify in _verifying)


def is_verified(order: WorkOrder) -> bool:
    """Whether the shop's code was verified for the order."""
    return order.timeline.filter(code=_CODE).exists()


@transaction.atomic
def note_verified(*, order_id: int, actor: User) -> None:
    """Note once that the shop accepted the customer's code."""
    order = lock_order(order_id)
    if is_verified(order):
        return
    timeline.note(order, _CODE, kind=timeline.Kind.PEOPLE, actor=actor)
    record(actor, "workorder.shop_code_verified", order)
