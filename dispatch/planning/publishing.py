"""Makes a plan's visits real through the assigning service, and takes them back, some at a time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.gathering import attempt
from common.journal import record
from common.outbox import announce
from dispatch.events import PlanStepped
from dispatch.models import Assignment, PlannedVisit, PlanRun
from dispatch.planning.running import locked_run
from dispatch.services.assigning import assign, withdraw
from dispatch.services.slots import lock_installer, move_spans
from workorders.flow import Meaning

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

State, Visit = PlanRun.State, PlannedVisit.State
A_STEP = 25
"""Visits in one transaction: about a second, so that other work of the queue gets its turn."""


@transaction.atomic
def publish_plan(*, run_id: int, actor: User) -> PlanRun:
    """Begin to assign what was planned. Conflict naming who published it first.

    Refused while it is computed, for a day that is over, and with nothing in it.
    """
    run = locked_run(run_id)
    if run.state in (State.PUBLISHING, State.PUBLISHED) and run.published_by is not None:
        raise Conflict(
            "plan.published",
            _("%(name)s has published this plan already") % {"name": run.published_by.display_name},
        )
    refuse_unless(run.state == State.READY, "plan.not_ready", _("This plan cannot be published"))
    refuse_unless(run.day >= clock.business_day(), "plan.over", _("The day of this plan is over"))
    wanted = run.visits.filter(state=Visit.PLANNED).count()
    refuse_unless(wanted, "plan.empty", _("There is nothing to publish in this plan"))
    run.published_by, run.published_at = actor, clock.now()
    _begin(run, State.PUBLISHING, total=wanted)
    record(actor, "day_plan.published", run, visits=wanted)
    return run


@transaction.atomic
def withdraw_plan(*, run_id: int, actor: User) -> PlanRun:
    """Begin to take back what nobody has set out for. Conflict when that is under way already."""
    run = locked_run(run_id)
    if run.state in (State.WITHDRAWING, State.WITHDRAWN):
        raise Conflict("plan.withdrawn", _("This plan was taken back already"))
    refuse_unless(
        run.state == State.PUBLISHED, "plan.not_published", _("This plan is not published")
    )
    run.withdrawn_by = actor
    _begin(run, State.WITHDRAWING, total=run.visits.filter(state=Visit.PUBLISHED).count())
    record(actor, "day_plan.withdrawn", run, visits=run.total)
    return run


@transaction.atomic
def step_plan(*, run_id: int, after_id: int) -> PlanRun:
    """Publish or take back the next visits and announce the next step.

    A visit that cannot be made real any more keeps the reason; nothing of others is overwritten.
    """
    run = locked_run(run_id)
    if run.step != after_id or run.state not in (State.PUBLISHING, State.WITHDRAWING):
        return run
    is_publishing = run.state == State.PUBLISHING
    state = Visit.PLANNED if is_publishing else Visit.PUBLISHED
    # Somebody's visits come in their order, so that each finds the day as it was planned.
    rows = run.visits.filter(state=state).select_related("work_order", "assignment")
    todo = list(rows.order_by("starts_at", "pk")[:A_STEP])
    if is_publishing and not run.done:
        _retime_kept(run)
    for row in todo:
        if is_publishing:
            _publish(row, run)
        else:
            _take_back(row, run)
        row.save()
    run.done += len(todo)
    if todo:
        run.step = after_id + 1
        announce(PlanStepped(run.pk, run.step), key=f"plan-step:{run.pk}:{run.state}:{run.step}")
    else:
        run.state = State.PUBLISHED if is_publishing else State.WITHDRAWN
    run.moved_at = clock.now()
    run.save()
    return run


def _begin(run: PlanRun, state: str, *, total: int) -> None:
    run.state, run.total, run.done = state, total, 0
    run.step += 1
    run.moved_at = clock.now()
    run.save()
    announce(PlanStepped(run.pk, run.step), key=f"plan-step:{run.pk}:{state}:{run.step}")


def _retime_kept(run: PlanRun) -> None:
    """Book what stays with its installer at the plan's times, where nobody changed it meanwhile."""
    moved: dict[int, dict[int, Range[datetime]]] = {}
    kept = run.visits.filter(state=Visit.KEPT).exclude(starts_at=F("was_at"))
    for row in kept:
        span = Range(row.starts_at, row.ends_at)
        held = Assignment.objects.filter(
            work_order=row.work_order_id, installer=row.installer_id, active=True,
            work_order__meaning=Meaning.ASSIGNED.value, span__startswith=row.was_at,
        )  # fmt: skip
        if held.exists():
            moved.setdefault(row.installer_id or 0, {})[row.work_order_id] = span
    for installer_id, wanted in moved.items():
        lock_installer(installer_id)
        # Somebody who got another visit meanwhile keeps their times.
        with suppress(IntegrityError), attempt():
            move_spans(wanted)


def _publish(row: PlannedVisit, run: PlanRun) -> None:
    if row.installer_id is None:
        return
    try:
        made = _assigned(row, run, row.installer_id)
    except Refused as refused:
        row.state, row.note = Visit.CONFLICT, str(refused)[:300]
        return
    row.state, row.assignment, row.note = Visit.PUBLISHED, made, ""
    row.starts_at, row.ends_at = made.span.lower, made.span.upper


def _assigned(row: PlannedVisit, run: PlanRun, installer_id: int) -> Assignment:
    """At the planned second, else where the day as it is now has room in the agreed time."""
    order_id, actor, way = row.work_order_id, run.published_by, Assignment.Way.PLANNED
    try:
        with attempt():
            return assign(
                order_id=order_id, installer_id=installer_id, actor=actor, way=way,
                start_at=row.starts_at,
            )  # fmt: skip
    except Conflict as lost:
        if lost.code not in ("window", "slot.taken"):
            raise
    with attempt():
        made = assign(order_id=order_id, installer_id=installer_id, actor=actor, way=way)
        if clock.business_day(made.span.lower) != run.day:
            raise Conflict("plan.other_day", _("There is no room left on that day"))
        return made


def _take_back(row: PlannedVisit, run: PlanRun) -> None:
    order, held = row.work_order, row.assignment
    is_ours = held is not None and held.active and order.installer_id == row.installer_id
    if not is_ours or order.meaning != Meaning.ASSIGNED.value:
        row.state = Visit.CONFLICT
        row.note = _("Stays: somebody else has it by now, or it has begun")
        return
    try:
        with attempt():
            withdraw(
                order_id=order.pk, actor=run.withdrawn_by, reason=_("The day plan was taken back")
            )
    except Refused as refused:
        row.state, row.note = Visit.CONFLICT, str(refused)[:300]
        return
    row.state, row.note = Visit.WITHDRAWN, ""
