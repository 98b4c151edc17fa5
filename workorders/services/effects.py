"""What a transition does beside moving the stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.flow import Meaning, Transition
from workorders.happened import happened
from workorders.models import Appointment, SiteFact, WorkOrder
from workorders.services.entering import take_from
from workorders.services.trips import end_empty

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.services.answers import Answers


def keep_answers(
    order: WorkOrder, chosen: Transition, answers: Answers, actor: User | None
) -> None:
    """Write what was answered: appointment, hold reason, next contact, quotation, note."""
    if answers.appointment is not None:
        set_appointment(order, *answers.appointment, actor=actor, reason=answers.reason)
    if answers.next_contact_at is not None:
        order.next_contact_at = answers.next_contact_at
        order.hold_reason = answers.reason[:200]
    if answers.quote_fen is not None and "quote" in chosen.asks:
        count_fact(order, "quote_fen", str(answers.quote_fen), actor)
        timeline.note(
            order, "quote", kind=timeline.Kind.MONEY, actor=actor, amount=answers.quote_fen
        )
    if answers.note.strip():
        timeline.note(
            order, "note", kind=timeline.Kind.PEOPLE, actor=actor, text=answers.note.strip()[:500]
        )


def run_effects(
    order: WorkOrder, effects: Iterable[str], *, actor: User | None, reason: str
) -> None:
    """Run the named effects of `workorders.flow.EFFECTS` on a locked order."""
    for name in effects:
        _EFFECTS[name](order, actor, reason)


def set_appointment(
    order: WorkOrder, starts_at: datetime, ends_at: datetime, *, actor: User | None, reason: str
) -> None:
    """Make a window the one that counts; the one before is kept as superseded."""
    at = happened(order).at
    order.appointments.filter(superseded=False).update(superseded=True, ended_at=at)
    Appointment.objects.create(
        work_order=order,
        starts_at=starts_at,
        ends_at=ends_at,
        made_by=actor,
        reason=reason[:200],
        made_at=at,
    )
    order.window_starts_at, order.window_ends_at = starts_at, ends_at
    timeline.note(
        order,
        "appointment",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        window=f"{starts_at.isoformat()}/{ends_at.isoformat()}",
    )
    announce(WorkOrderChanged(order.pk, "appointment"))


def count_fact(order: WorkOrder, kind: str, value: str, actor: User | None) -> None:
    """Note a fact that follows from what a person did, for those who count such facts."""
    SiteFact.objects.create(
        work_order=order,
        kind=kind,
        value=value[:40],
        source="flow",
        observed_at=happened(order).at,
        recorded_by=actor,
        recorded_at=clock.now(),
    )


def _release_installer(order: WorkOrder, actor: User | None, reason: str) -> None:
    take_from(order, actor=actor, reason=reason)


def drop_appointment(order: WorkOrder, actor: User | None, reason: str) -> None:
    """Leave the locked order without an agreed window; nothing happens when it has none."""
    if order.window_starts_at is None:
        return
    at = happened(order).at
    order.appointments.filter(superseded=False).update(superseded=True, ended_at=at)
    order.window_starts_at = order.window_ends_at = None
    timeline.note(order, "appointment_dropped", actor=actor)
    announce(WorkOrderChanged(order.pk, "appointment"))


def _count_reschedule(order: WorkOrder, actor: User | None, reason: str) -> None:
    count_fact(order, "reschedule", "1", actor)


def _empty_trip(order: WorkOrder, actor: User | None, reason: str) -> None:
    """Only a trip that was made is an empty one: who never set out is not paid for it."""
    if order.meaning in (Meaning.EN_ROUTE.value, Meaning.ON_SITE.value):
        count_fact(order, "empty_trip", "1", actor)


def _end_empty_trip(order: WorkOrder, actor: User | None, reason: str) -> None:
    count_fact(order, "empty_trip", "1", actor)
    end_empty(order, actor)


_EFFECTS: Mapping[str, Callable[[WorkOrder, User | None, str], None]] = {
    "release_installer": _release_installer,
    "drop_appointment": drop_appointment,
    "count_reschedule": _count_reschedule,
    "empty_trip": _empty_trip,
    "end_empty_trip": _end_empty_trip,
}
