"""Rework: a new order for what was done there within its warranty, and a person's judgement of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.models import WorkOrder
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_WARRANTY_DAYS = 3_650


def link_original(order: WorkOrder) -> WorkOrder | None:
    """Link a new order, not stored yet, to the one it repeats and return that; None for none.

    Repeated is a job of the same item or category for the same customer at the same address that
    was completed within its item's warranty. What nobody pays for again is rework at once; what is
    paid for may be a second device, so a person judges it.
    """
    first = original_of(order)
    if first is not None and order.paid_fen == 0 and not order.price_included:
        order.rework_of = first
    else:
        order.suspected_rework_of = first
    return first


def note_original(order: WorkOrder, first: WorkOrder) -> None:
    """Say on a new order's timeline which one it repeats, or seems to."""
    timeline.note(
        order,
        "rework_found" if order.rework_of_id else "rework_suspected",
        kind=timeline.Kind.ALERT,
        number=first.number,
        item=first.item_version.name,
        days=_days_since(first),
    )


def original_of(order: WorkOrder) -> WorkOrder | None:
    """Return the newest completed order this one repeats within the warranty; one query."""
    item, address = order.item_version.item, order.address
    same_place = Q(address=address) | Q(
        address__city=address.city,
        address__district=address.district,
        address__detail=address.detail,
    )
    same_work = Q(item_version__item=item)
    if item.category:
        same_work |= Q(item_version__item__category=item.category)
    now = clock.now()
    done = (
        WorkOrder.objects.filter(
            same_work,
            same_place,
            customer=order.customer_id,
            cancelled_at=None,
            completed_at__gte=now - timedelta(days=LONGEST_WARRANTY_DAYS),
            completed_at__lte=order.created_at,
        )
        .exclude(pk=order.pk)
        .select_related("item_version__item")
        .order_by("-completed_at")
    )
    return next((each for each in done[:20] if _is_covered(each)), None)


@transactional
def judge_rework(*, order_id: int, is_rework: bool, reason: str, actor: User) -> WorkOrder:
    """Say that an order is rework, or that it is not after all; with a reason, on the record.

    The money of an order that was settled already follows the judgement.
    """
    order = lock_order(order_id)
    first = order.rework_of or order.suspected_rework_of
    refuse_unless(first, "rework.nothing", _("No earlier work order stands behind this one"))
    reason = reason.strip()[:200]
    refuse_unless(reason, "rework.reason", _("Give the reason of your judgement"))
    counted = order.rework_of_id
    order.rework_of = first if is_rework else None
    # The link stays, so that a judgement can be corrected and the page can say what it was about.
    order.suspected_rework_of = None if is_rework else first
    order.rework_judged = True
    order.save(update_fields=["rework_of", "suspected_rework_of", "rework_judged"])
    timeline.note(
        order,
        "rework_confirmed" if is_rework else "rework_denied",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        number=first.number if first else "",
        text=reason,
    )
    record(actor, "workorder.rework_judged", order, is_rework=is_rework, reason=reason)
    if counted != order.rework_of_id:
        announce(WorkOrderChanged(order.pk, "rework"))
    return order


def _is_covered(first: WorkOrder) -> bool:
    warranty = first.item_version.item.warranty_days
    return _days_since(first) <= warranty if warranty else False


def _days_since(first: WorkOrder) -> int:
    return (clock.business_day() - clock.business_day(first.completed_at)).days
