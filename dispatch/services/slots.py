"""Spans in installers' days: taking one, moving those beside it, giving one back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from accounts.models import Installer
from common import clock
from common.errors import Conflict, Refused
from dispatch.bookings import bookings
from dispatch.facts import moment
from dispatch.models import Assignment
from dispatch.services.candidates import moved_stops
from workorders.visits import visits_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from accounts.models import User
    from dispatch.engine.online import Candidate
    from dispatch.services.candidates import Ranked
    from workorders.models import WorkOrder

_SHORTEST = timedelta(minutes=15)
_SEARCH_DAYS = 14


def lock_installer(installer_id: int) -> Installer:
    """Take an installer's day for a change; always after the order's own lock, never before.

    The lock lets foreign keys to the row be written, so a queue of claims cannot lock up.
    """
    locked = Installer.objects.select_for_update(of=("self",), no_key=True)
    installer = locked.select_related("user", "outlet").filter(pk=installer_id).first()
    if installer is None:
        raise Refused("installer.unknown", _("There is no such installer"))
    return installer


def book(
    order: WorkOrder,
    answer: Ranked,
    *,
    way: str,
    actor: User | None,
    start_at: datetime | None = None,
    length: timedelta,
    moves_others: bool = True,
) -> Assignment:
    """Give the installer the order's span: the engine's slot, else the first gap from `start_at`.

    The caller holds the locks of the order and of the installer. An earlier span of the order is
    ended. Raises Conflict("slot.taken") when another booking overlaps, or would have to move and
    `moves_others` is not wanted.
    """
    release(order.pk, reason="replaced")
    begins = start_at or answer.start_at
    is_planned = begins is not None and begins == answer.start_at
    if is_planned and not moves_others and moved_stops(answer.candidate):
        raise _taken(answer)
    if begins is None:
        begins = first_gap(answer.installer, order=order, length=length)
    try:
        with transaction.atomic():
            # A day's plan has the others where they are to be: none of them makes room.
            if is_planned and not (way == Assignment.Way.PLANNED and start_at is not None):
                _retime(answer.candidate)
            return Assignment.objects.create(
                work_order=order,
                installer=answer.installer,
                span=Range(begins, begins + length),
                way=way,
                travel_m=answer.candidate.travel_m,
                score=_score(answer),
                reasons=[{"code": r.code, **r.params} for r in answer.candidate.reasons],
                assigned_by=actor,
                assigned_at=clock.now(),
            )
    except IntegrityError as error:
        if "no_double_booking" not in str(error):
            raise
        raise _taken(answer) from error


def _taken(answer: Ranked) -> Conflict:
    words = _("%(name)s has another job at that time") % {"name": answer.installer}
    return Conflict("slot.taken", words)


def release(order_id: int, *, reason: str) -> bool:
    """End the order's active span, if it has one; the time is free again."""
    ended = Assignment.objects.filter(work_order_id=order_id, active=True)
    return bool(ended.update(active=False, ended_at=clock.now(), end_reason=reason[:200]))


def finish(order: WorkOrder) -> None:
    """Give the rest of the span back when the work is done, and keep when it really was."""
    held = Assignment.objects.filter(work_order=order, active=True).first()
    if held is None or order.completed_at is None:
        return
    visits = visits_of(order)
    began = visits[-1].starts_at if visits else order.started_at
    begins = min(began or held.span.lower, order.completed_at - timedelta(minutes=1))
    held.span = Range(begins, order.completed_at)
    held.active, held.ended_at, held.end_reason = False, clock.now(), Assignment.COMPLETED
    held.save(update_fields=["span", "active", "ended_at", "end_reason"])


def first_gap(installer: Installer, *, order: WorkOrder, length: timedelta) -> datetime:
    """The first moment from the agreed window (or now) on that no other booking covers."""
    wanted = max(order.window_starts_at or clock.now(), clock.now())
    return gap_from(installer, wanted=wanted, order=order, length=length)


def gap_from(
    installer: Installer, *, wanted: datetime, order: WorkOrder, length: timedelta
) -> datetime:
    """The first moment not before `wanted` at which nothing else is booked for `length`."""
    first_day = clock.business_day(wanted)
    days = [first_day + timedelta(days=n) for n in range(_SEARCH_DAYS)]
    for row in bookings([installer.pk], days, without=order.pk).get(installer.pk, ()):
        if row.active and row.overlaps(wanted, wanted + length):
            wanted = row.ends
    return wanted


def visit_length(service_s: int) -> timedelta:
    """How long a visit is booked for."""
    return max(_SHORTEST, timedelta(seconds=service_s))


def _retime(candidate: Candidate) -> None:
    """Store the new times of the visits beside the new one; those that stay are not touched."""
    move_spans(
        {
            timed.stop.job_id: Range(moment(timed.start), moment(timed.end))
            for timed in moved_stops(candidate)
        }
    )


def move_spans(wanted: Mapping[int, Range[datetime]]) -> None:
    """Book the visits of orders anew at these times, all at once; what is not active stays."""
    # Locked: a visit finished at this moment must not be booked anew by the times of before.
    active = Assignment.objects.select_for_update().filter(active=True)
    rows = list(active.filter(work_order_id__in=wanted).order_by("pk"))
    # All leave their places before the first takes its new one: neighbours may swap.
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(active=False)
    for row in rows:
        Assignment.objects.filter(pk=row.pk).update(active=True, span=wanted[row.work_order_id])


def _score(answer: Ranked) -> Mapping[str, Any]:
    candidate = answer.candidate
    return {
        "score_fen": candidate.score_fen,
        "parts": dict(candidate.parts or {}),
        "earning_fen": answer.earning.gross_fen if answer.earning else None,
        "added_travel_s": candidate.added_travel_s,
        "hard_fail": candidate.hard_fail,
    }
