"""Lets one running order follow another version of its flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from workorders import sla, timeline
from workorders.flow_versions import flow_of
from workorders.happened import Happened
from workorders.services.stays import change_stay, keep_stay

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.flow import Stage
    from workorders.models import FlowVersion, WorkOrder


def follow_instead(
    order: WorkOrder, version: FlowVersion, target: Stage, *, actor: User | None
) -> None:
    """Put a locked open order into a stage of another version; nobody loses what they did.

    In a stage of the same key its stay, forms, tasks and yeses go on, and the time counts from when
    it came there. In another one a stay begins, with its tasks and triggers. For customer,
    installer and money nothing happened.
    """
    here, now = flow_of(order).stage(order.stage), clock.now()
    before = order.flow_version
    stays = here.key == target.key
    order.flow_version = version
    order.stage, order.meaning = target.key, target.meaning.value
    since = _counts_from(order, here) if stays else now
    if not stays:
        order.stage_since = now
    order.due_at = sla.due_at(target, since, order.next_contact_at)
    order.save(update_fields=["flow_version", "stage", "meaning", "stage_since", "due_at"])
    if stays:
        keep_stay(order, target)
    else:
        change_stay(order, here, actor=actor, when=Happened(now))
    timeline.note(
        order,
        "flow_moved",
        kind=timeline.Kind.PEOPLE if actor else timeline.Kind.SYSTEM,
        actor=actor,
        before=f"{before.name} v{before.number}",
        after=f"{version.name} v{version.number}",
        **{"from": here.name, "to": target.name},
    )


def _counts_from(order: WorkOrder, here: Stage) -> datetime:
    """From when the limit of an order's stage counts: an appointment agreed there may have moved it."""
    starts_at = order.window_starts_at
    is_moved = starts_at is not None and order.due_at == sla.due_at(here, starts_at)
    return starts_at if starts_at is not None and is_moved else order.stage_since
