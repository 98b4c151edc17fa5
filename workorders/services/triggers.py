"""A flow's triggers: each acts once in a stay, and what it does follows after the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
from workorders.events import ActionDue, AssignmentWanted, StageBegan, WebhookDue
from workorders.flow import holds
from workorders.flow.placeholders import TEXTS
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.message_words import message
from workorders.models import FiredAction, FiredTrigger
from workorders.services.stage_notices import waits_for_staff

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from workorders.flow import Trigger
    from workorders.models import StageStay, WorkOrder


def entered(order: WorkOrder, stay: StageStay) -> None:
    """The locked order stands in a stage from now on: tell whoever it waits for, and fire."""
    flow = flow_of(order)
    if stay.left_at is None and waits_for_staff(flow, flow.stage(stay.stage)):
        announce(StageBegan(order.pk, stay.pk))
    fire(order, stay, "entered")


def fire(
    order: WorkOrder, stay: StageStay, on: str, *, tasks: Collection[str] = ("",)
) -> list[FiredTrigger]:
    """Fire the triggers of the stay's stage for an event of EVENTS whose conditions hold.

    The order is locked. `tasks` are those whose end was waited for. Returns those that had not fired
    in this stay before.
    """
    found = [
        trigger
        for trigger in flow_of(order).triggers
        if trigger.on == on and trigger.stage in ("", stay.stage) and trigger.task in tasks
    ]
    if not found:
        return []
    facts, fired = OrderFacts(order), []
    for trigger in found:
        if holds(trigger.when, facts):
            row, is_new = FiredTrigger.objects.get_or_create(
                stay=stay, trigger=trigger.key, moment=None, defaults={"at": clock.now()}
            )
            if is_new:
                _begin_actions(order, row, trigger, stay)
                fired.append(row)
    return fired


def fire_for(order: WorkOrder, stay: StageStay, trigger: Trigger, moment: datetime) -> None:
    """Ask a trigger whose time has come, once for a moment: its conditions are judged then.

    The order is locked.
    """
    row, is_new = FiredTrigger.objects.get_or_create(
        stay=stay, trigger=trigger.key, moment=moment, defaults={"at": clock.now()}
    )
    if is_new and holds(trigger.when, OrderFacts(order)):
        _begin_actions(order, row, trigger, stay)


def begin_again(action: FiredAction) -> None:
    """Announce an action that waits: whoever does its kind does it now."""
    if action.kind == "assign":
        announce(AssignmentWanted(action.work_order_id, action.pk, action.value))
    elif action.kind == "webhook":
        announce(WebhookDue(action.work_order_id, action.pk, action.value))
    else:
        announce(ActionDue(action.work_order_id, action.pk))


def _begin_actions(
    order: WorkOrder, fired: FiredTrigger, trigger: Trigger, stay: StageStay
) -> None:
    """Keep what is done as it was meant when it fired: its texts name this installer, this day."""
    rows = FiredAction.objects.bulk_create(
        FiredAction(
            fired=fired,
            work_order=order,
            place=place,
            kind=action.kind,
            value=action.main_value,
            contents={
                name: message(value, order, stay) if name in TEXTS else value
                for name, value in action.values
            },
            at=fired.at,
        )
        for place, action in enumerate(trigger.actions)
    )
    for row in rows:
        begin_again(row)
