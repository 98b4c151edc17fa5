"""What settlement does when something happens elsewhere."""

from __future__ import annotations

from accounts.models import User
from common import clock
from common.outbox import announce, scheduled, subscribe
from settlement.bills import handlers as _bills  # noqa: F401  (subscribes itself)
from settlement.closing import handlers as _closing  # noqa: F401  (subscribes itself)
from settlement.currencies import handlers as _currencies  # noqa: F401  (subscribes itself)
from settlement.disputes import handlers as _disputes  # noqa: F401  (subscribes itself)
from settlement.events import MoreIsDue, ProblemsToTry, RulesPublished, SharedPaymentCorrected
from settlement.heat import asking as _heat  # noqa: F401  (schedules itself)
from settlement.monitor import handlers as _monitor  # noqa: F401  (subscribes itself)
from settlement.payouts import handlers as _payouts  # noqa: F401  (subscribes itself)
from settlement.recompute import handlers as _recompute  # noqa: F401  (subscribes itself)
from settlement.replays import handlers as _replays  # noqa: F401  (subscribes itself)
from settlement.services.estimating import store_estimate
from settlement.services.learning import learn_fact
from settlement.services.releasing import release_due, release_milestone
from settlement.services.retrying import IN_AN_HOUR, retry_waiting, try_next
from settlement.services.settling import resettle_work_order, settle_work_order
from settlement.statements import handlers as _statements  # noqa: F401  (subscribes itself)
from workorders.events import (
    InstallerAssigned,
    MilestoneReached,
    SharesChosen,
    WorkOrderCancelled,
    WorkOrderChanged,
    WorkOrderCompleted,
    WorkOrderReopened,
    WorkRated,
)
from workorders.item_parts import orders_together
from workorders.selectors import work_order_by_id
from workorders.services.locking import order_held

HOUR_S = 3600
RELEASED_AT_ONCE = 200


@subscribe(InstallerAssigned)
def on_assigned(event: InstallerAssigned) -> None:
    """Keep the estimate the installer is shown."""
    order = order_held(event.order_id) or work_order_by_id(event.order_id)
    if order.installer is not None and order.installer_id == event.installer_id:
        store_estimate(order=order, installer=order.installer)


@subscribe(SharesChosen)
def on_shares_chosen(event: SharesChosen) -> None:
    """Keep what everybody on the order is shown now."""
    order = order_held(event.order_id) or work_order_by_id(event.order_id)
    if order.installer is not None and order.completed_at is None:
        store_estimate(order=order, installer=order.installer)


@subscribe(WorkOrderCompleted)
def on_completed(event: WorkOrderCompleted) -> None:
    """Settle at once."""
    settle_work_order(order_id=event.order_id)


@subscribe(WorkOrderReopened)
def on_reopened(event: WorkOrderReopened) -> None:
    """Take the settlement back; the next completion settles anew."""
    _resettle(event.order_id)


@subscribe(WorkOrderCancelled)
def on_cancelled(event: WorkOrderCancelled) -> None:
    """Take the settlement back when the order had one."""
    _resettle(event.order_id)


@subscribe(WorkOrderChanged)
def on_changed(event: WorkOrderChanged) -> None:
    """Settle again when something that money depends on changed after completion."""
    if event.what != "appointment":
        _resettle(event.order_id)


@subscribe(SharedPaymentCorrected)
def on_shared_payment(event: SharedPaymentCorrected) -> None:
    """Settle the orders again that share the payment; the correction posts that of the order itself."""
    for each in orders_together(work_order_by_id(event.order_id)):
        if each != event.order_id:
            resettle_work_order(order_id=each)


def _resettle(order_id: int) -> None:
    """Settle an order again, and those it shares an item and its payment with."""
    for each in orders_together(work_order_by_id(order_id)):
        resettle_work_order(order_id=each)


@subscribe(MilestoneReached)
def on_milestone(event: MilestoneReached) -> None:
    """Release what waited for the milestone, and pay what the rules give for it."""
    release_milestone(order_id=event.order_id, milestone=event.milestone)
    _learn(event.order_id, "stages")


@subscribe(WorkRated)
def on_rated(event: WorkRated) -> None:
    """Pay by the customer's rating, which comes when the order was settled without one."""
    _learn(event.order_id, "review_x10")


def _learn(order_id: int, name: str) -> None:
    if learn_fact(order_id=order_id, name=name):
        _resettle(order_id)


@subscribe(RulesPublished, queue="bulk")
def on_rules_published(event: RulesPublished) -> None:
    """Settle what waited for a rule or a price."""
    retry_waiting(wanted_by=f"rules-{event.version_id}")


@scheduled("settlement.release-due", every_s=HOUR_S)
def release_what_is_due() -> None:
    """Release retentions whose day has come, so many in a transaction, until none is left."""
    if release_due(on=clock.business_day(), limit=RELEASED_AT_ONCE) == RELEASED_AT_ONCE:
        announce(MoreIsDue())


@subscribe(MoreIsDue, queue="bulk")
def on_more_is_due(_event: MoreIsDue) -> None:
    """Go on where the last transaction stopped."""
    release_what_is_due()


@subscribe(ProblemsToTry, queue="bulk")
def on_problems_to_try(event: ProblemsToTry) -> None:
    """Try the next orders of somebody's units, or of all, again."""
    try_next(event, actor=User.objects.get(pk=event.actor_id) if event.actor_id else None)


@scheduled("settlement.retry-problems", every_s=HOUR_S)
def retry_what_waits() -> None:
    """Settle what waited for a price, a unit or a fact."""
    retry_waiting(wanted_by=f"hour-{clock.wall_now():%Y%m%d%H}", oldest=IN_AN_HOUR)
