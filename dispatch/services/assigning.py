"""Sends an installer to an order, another one instead, or nobody any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Installer
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.transactions import transactional
from dispatch.appointments.checking import refuse_beyond_limit
from dispatch.engine.online import NEVER_WITHOUT
from dispatch.models import Assignment, JobOffer
from dispatch.services.candidates import Ranked, candidate_for
from dispatch.services.slots import book, finish, lock_installer, release, visit_length
from workorders.flow import Meaning
from workorders.services.locking import lock_order
from workorders.services.progress import assign_installer, release_installer

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.models import WorkOrder

_HELD = (Meaning.ASSIGNED.value, Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)


@transactional
def assign(
    *,
    order_id: int,
    installer_id: int,
    actor: User | None,
    way: str = Assignment.Way.MANUAL,
    start_at: datetime | None = None,
    reason: str = "",
    moves_others: bool = True,
    over_reason: str = "",
) -> Assignment:
    """Send an installer, in the slot the engine finds or from `start_at` (aware) on exactly.

    `way` "suggested", "planned" and "automatic" take the engine's advice and are refused when it no
    longer stands; "manual" is a person's decision over distance, hours and load, never over skills
    and certificates. With a `reason` the order is taken from who has it, with an `over_reason` it
    goes beyond a limit of the outlet. Raises Conflict naming who was faster, Conflict("slot.taken")
    for a double booking, Refused(the rule's code) with its sentence.
    """
    lock_order(order_id)
    installer = lock_installer(installer_id)
    order = assign_installer(order_id=order_id, installer=installer, actor=actor, reason=reason)
    answer = candidate_for(order=order, installer_id=installer_id, start_at=start_at)
    refuse_unable(answer, way)
    refuse_beyond_limit(
        order,
        installer,
        start_at or answer.start_at,
        over_reason=over_reason,
        is_persons_word=way in (Assignment.Way.MANUAL, Assignment.Way.SUGGESTED) and bool(actor),
    )
    length = visit_length(answer.service_s)
    made = book(
        order,
        answer,
        way=way,
        actor=actor,
        start_at=start_at,
        length=length,
        moves_others=moves_others,
    )
    JobOffer.objects.filter(work_order=order, state=JobOffer.State.OPEN).update(
        state=JobOffer.State.WITHDRAWN
    )
    record(
        actor,
        "dispatch.assigned",
        order,
        installer=installer_id,
        way=way,
        score_fen=answer.candidate.score_fen,
        against=answer.candidate.hard_fail,
        reason=reason,
        over_reason=over_reason,
    )
    return made


@transactional
def withdraw(*, order_id: int, actor: User | None, reason: str) -> WorkOrder:
    """Take the order back from its installer into the pool; the slot is free at once."""
    order = release_installer(order_id=order_id, actor=actor, key="withdraw", reason=reason)
    release(order_id, reason=reason)
    return order


@transactional
def keep_slot(*, order_id: int, window_moved: bool = False) -> None:
    """Make the booking agree with the order as it is now, however it came to be so; idempotent.

    Nobody's, held, cancelled, a contractor's: the time is free. Done: the real times stay. Somebody's: they have a
    span, after `window_moved` one inside the window that is agreed now.
    """
    order = lock_order(order_id)
    if order.completed_at is not None:
        finish(order)
        return
    outside = order.installer is not None and order.installer.kind == Installer.Kind.CONTRACTOR
    if order.installer_id is None or outside or order.meaning not in _HELD:
        release(order_id, reason=order.hold_reason or order.meaning.lower())
        return
    held = Assignment.objects.filter(work_order=order, active=True).first()
    is_theirs = held is not None and held.installer_id == order.installer_id
    if held is not None and is_theirs and (not window_moved or _fits(held, order)):
        return
    lock_installer(order.installer_id)
    answer = candidate_for(order=order, installer_id=order.installer_id)
    length = visit_length(answer.service_s)
    way = held.way if held else Assignment.Way.MANUAL
    book(order, answer, way=way, actor=held.assigned_by if held else None, length=length)


def _fits(held: Assignment, order: WorkOrder) -> bool:
    begins, ends = order.window_starts_at, order.window_ends_at
    if begins is None or ends is None:
        return True
    return bool(begins <= held.span.lower < ends)


def refuse_unable(answer: Ranked, way: str) -> None:
    """Raise when a hard rule forbids sending this person in this way."""
    fail = answer.candidate.hard_fail
    if fail is None:
        return
    sentence = "；".join(each.words for each in answer.reasons)
    name = {"name": answer.installer.user.display_name, "reason": sentence}
    refuse_unless(fail not in NEVER_WITHOUT, fail, _("%(name)s cannot be sent: %(reason)s") % name)
    if way == Assignment.Way.CLAIMED:
        raise Refused(fail, sentence)
    if way != Assignment.Way.MANUAL:
        raise Conflict(fail, _("%(name)s is no longer free: %(reason)s") % name)
