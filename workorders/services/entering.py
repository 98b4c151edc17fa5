"""What follows from being in a stage: times, completion, cancellation, and who has the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.outbox import announce
from workorders import sla, timeline
from workorders.events import (
    InstallerAssigned,
    InstallerReleased,
    MilestoneReached,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderReopened,
)
from workorders.flow import Meaning, Stage
from workorders.milestones import FOLLOWED_UP
from workorders.places import road_metres
from workorders.services.crew import dismiss_helpers, keep_part, take_lead
from workorders.services.notices import tell_installer
from workorders.services.stays import change_stay
from workorders.services.times import time_of
from workorders.services.trips import go_on

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User
    from workorders.models import WorkOrder

_AFTER_WORK = (Meaning.IN_REVIEW, Meaning.DONE)
_MOVED = (
    "stage", "meaning", "stage_since", "due_at", "hold_reason", "next_contact_at", "started_at",
    "completed_at", "cancelled_at", "installer", "served_by", "assigned_at", "distance_m",
    "distance_estimated", "window_starts_at", "window_ends_at",
)  # fmt: skip
"""All that a transition, its answers and its effects change of an order."""


def enter_stage(
    order: WorkOrder,
    target: Stage,
    *,
    came_from: Stage,
    reason: str,
    actor: User | None,
    counts_from: datetime | None = None,
) -> None:
    """Put a locked order into a stage, with the times, stay and events that belong to it.

    Where it stays in its stage the time goes on, unless it counts from a moment in the future: an
    appointment that was agreed just now.
    """
    when = time_of(order)
    now = when.at
    on_hold = target.meaning is Meaning.ON_HOLD
    if not on_hold:
        order.hold_reason, order.next_contact_at = "", None
    order.stage, order.meaning = target.key, target.meaning.value
    if target.key != came_from.key:
        counts_from, order.stage_since = now, now
    if counts_from is not None or on_hold:
        order.due_at = sla.due_at(target, counts_from or order.stage_since, order.next_contact_at)
    if target.meaning is Meaning.ON_SITE and order.started_at is None:
        order.started_at = now
    _note_completion(order, target, came_from, at=now)
    if target.meaning is Meaning.CANCELLED:
        order.cancelled_at, order.due_at = now, None
        announce(WorkOrderCancelled(order.pk, reason))
    order.save(update_fields=_MOVED)
    change_stay(order, came_from, actor=actor, when=when)


def _note_completion(order: WorkOrder, target: Stage, came_from: Stage, *, at: datetime) -> None:
    was_complete = order.completed_at is not None
    is_complete = target.meaning in _AFTER_WORK
    if is_complete and not was_complete:
        order.completed_at = at
        announce(WorkOrderCompleted(order.pk))
    if was_complete and not is_complete:
        order.completed_at = None
        go_on(order)
        if target.meaning is not Meaning.CANCELLED:
            announce(WorkOrderReopened(order.pk))
    if target.meaning is Meaning.DONE and came_from.meaning is not Meaning.DONE:
        announce(MilestoneReached(order.pk, FOLLOWED_UP))


def give_to(order: WorkOrder, installer: Installer, *, actor: User | None, reason: str) -> None:
    """Make an installer the one who has the locked order; the one before is released.

    Raises Refused for an inactive installer, Conflict when the order is already theirs.
    """
    refuse_unless(
        installer.may_have_orders,
        "installer.inactive",
        _("%(name)s is not active") % {"name": installer.user.display_name},
    )
    previous = order.installer
    if previous is not None and previous.pk == installer.pk:
        raise Conflict(
            "order.same_installer",
            _("%(name)s has this work order already") % {"name": installer.user.display_name},
        )
    if previous is not None:
        keep_part(order, previous, actor=actor)
        since = order.assigned_at
        tell_installer(order, previous, since=since, actor=actor, reason=reason)
        announce(InstallerReleased(order.pk, previous.pk, reason))
    take_lead(order, installer)
    order.installer, order.served_by = installer, installer.outlet
    order.assigned_at = clock.now()
    measure_distance(order)
    timeline.note(
        order,
        "installer",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        installer=installer.user.display_name,
        outlet=installer.outlet.name,
    )
    announce(InstallerAssigned(order.pk, installer.pk, previous.pk if previous else 0))


def take_from(order: WorkOrder, *, actor: User | None, reason: str) -> None:
    """Leave the locked order without an installer; nothing happens when it has none."""
    holder = order.installer
    if holder is None:
        return
    timeline.note(
        order,
        "released",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        installer=holder.user.display_name,
        reason=reason,
    )
    keep_part(order, holder, actor=actor)
    dismiss_helpers(order, actor=actor, reason=reason)
    tell_installer(order, holder, since=order.assigned_at, actor=actor, reason=reason)
    announce(InstallerReleased(order.pk, holder.pk, reason))
    order.installer = order.served_by = order.assigned_at = None
    order.distance_m, order.distance_estimated = None, False


def measure_distance(order: WorkOrder) -> None:
    """Set the estimated road metres from the installer's outlet to the site; None when unknown."""
    outlet = order.installer.outlet if order.installer else None
    order.distance_m = road_metres(outlet, order.address) if outlet else None
    exact = order.address.precision == order.address.Precision.EXACT
    order.distance_estimated = order.distance_m is not None and not exact
