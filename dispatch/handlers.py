"""What dispatch does when something happens elsewhere."""

from __future__ import annotations

from common import clock
from common.nights import is_hour_of_night
from common.outbox import scheduled, subscribe
from common.outbox.events import BULK
from dispatch.contractors.giving import end_links_of_others
from dispatch.demand.making import make_forecast
from dispatch.events import (
    AssignmentRunDue,
    PlanPartWanted,
    PlanStepped,
    PlanWanted,
    PolicyPreviewWanted,
)
from dispatch.learning import learn_roads
from dispatch.models import AssignmentRun
from dispatch.planning.previewing import compute_preview
from dispatch.planning.publishing import step_plan
from dispatch.planning.running import build_plan, solve_part
from dispatch.services.assigning import keep_slot
from dispatch.services.flow_wishes import give_as_wanted
from dispatch.services.help import end_void_help, expire_help
from dispatch.services.offers import expire_offers, withdraw_offer
from dispatch.services.pool_limits import give_points, take_points_back
from dispatch.support.ending import finish_supports
from dispatch.ways.running import begin_run, end_run, lead_on, look_for_work, resume_run
from workorders.events import (
    AssignmentWanted,
    InstallerAssigned,
    InstallerReleased,
    WorkOrderCancelled,
    WorkOrderChanged,
    WorkOrderCompleted,
    WorkOrderOpened,
    WorkOrderReopened,
)


@subscribe(InstallerAssigned)
def on_assigned(event: InstallerAssigned) -> None:
    """Book a span also for those who got the order outside the board; the pool forgets it."""
    end_run(order_id=event.order_id, state=AssignmentRun.State.GIVEN)
    end_links_of_others(order_id=event.order_id)
    end_void_help(order_id=event.order_id)
    withdraw_offer(order_id=event.order_id, actor=None)
    keep_slot(order_id=event.order_id)


@subscribe(InstallerReleased)
def on_released(event: InstallerReleased) -> None:
    """Free the installer's time; a contractor's link leads nowhere any more."""
    end_links_of_others(order_id=event.order_id)
    end_void_help(order_id=event.order_id)
    keep_slot(order_id=event.order_id)
    resume_run(order_id=event.order_id)


@subscribe(WorkOrderCancelled)
def on_cancelled(event: WorkOrderCancelled) -> None:
    """Free the installer's time; nobody claims what is cancelled."""
    end_links_of_others(order_id=event.order_id)
    end_run(order_id=event.order_id, state=AssignmentRun.State.STOPPED)
    take_points_back(order_id=event.order_id)
    end_void_help(order_id=event.order_id)
    withdraw_offer(order_id=event.order_id, actor=None)
    keep_slot(order_id=event.order_id)


@subscribe(WorkOrderChanged)
def on_changed(event: WorkOrderChanged) -> None:
    """Move the span into a new window."""
    if event.what == "appointment":
        keep_slot(order_id=event.order_id, window_moved=True)


@subscribe(WorkOrderCompleted)
def on_completed(event: WorkOrderCompleted) -> None:
    """Give the rest of the span back, and the points of a claimed job."""
    end_void_help(order_id=event.order_id)
    keep_slot(order_id=event.order_id)
    give_points(order_id=event.order_id)


@subscribe(WorkOrderReopened)
def on_reopened(event: WorkOrderReopened) -> None:
    """Book the return visit."""
    keep_slot(order_id=event.order_id)
    take_points_back(order_id=event.order_id)


@subscribe(AssignmentWanted)
def on_assignment_wanted(event: AssignmentWanted) -> None:
    """Give the order to whom its flow wants."""
    give_as_wanted(order_id=event.order_id, action_id=event.action_id, how=event.how)


@scheduled("dispatch.expire-offers", every_s=60)
def expire_what_is_over() -> None:
    """Close offers whose time is over."""
    expire_offers()


@scheduled("dispatch.expire-help", every_s=60)
def expire_help_nobody_answered() -> None:
    """Go on to the next colleague where one did not answer."""
    expire_help()


@subscribe(PlanWanted, queue=BULK)
def on_plan_wanted(event: PlanWanted) -> None:
    """Collect the orders and people of a day's plan."""
    build_plan(run_id=event.run_id)


@subscribe(PlanPartWanted, queue=BULK)
def on_plan_part_wanted(event: PlanPartWanted) -> None:
    """Let the engine plan a part."""
    solve_part(part_id=event.part_id)


@subscribe(PlanStepped, queue=BULK)
def on_plan_stepped(event: PlanStepped) -> None:
    """Publish or take back the next visits of a plan."""
    step_plan(run_id=event.run_id, after_id=event.after_id)


@subscribe(PolicyPreviewWanted, queue=BULK)
def on_policy_preview_wanted(event: PolicyPreviewWanted) -> None:
    """Try new weights on a day that is over."""
    compute_preview(preview_id=event.preview_id)


@subscribe(WorkOrderOpened)
def on_opened(event: WorkOrderOpened) -> None:
    """Take a new order up by the company's rules, if it waits for an installer already."""
    begin_run(order_id=event.order_id)


@subscribe(AssignmentRunDue)
def on_run_due(event: AssignmentRunDue) -> None:
    """Take up an order that was confirmed, or lead one on."""
    lead_on(order_id=event.order_id)


@scheduled("dispatch.lead-orders", every_s=60)
def lead_orders() -> None:
    """Find the orders that rules have to take up or lead on."""
    look_for_work()


@scheduled("dispatch.learn-roads", every_s=3_600, when=is_hour_of_night)
def learn_roads_at_night() -> None:
    """Learn from the trips of the last weeks how fast people get along in each city."""
    learn_roads(today=clock.business_day())


@scheduled("dispatch.foretell-demand", every_s=3_600, when=is_hour_of_night)
def foretell_demand_at_night() -> None:
    """Foretell the jobs of the coming days by city and trade from the days before."""
    make_forecast(today=clock.business_day())


@scheduled("dispatch.end-support", every_s=600)
def end_support_of_days_over() -> None:
    """Close support between regions whose day is over, and pay what was agreed."""
    finish_supports()
