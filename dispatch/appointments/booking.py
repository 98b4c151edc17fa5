"""Holds a slot, books what is held, moves and cancels: one winner for the last place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock, formatting
from common.errors import Conflict, Gone, refuse_unless
from common.journal import record
from dispatch.appointments.limits import lock_units
from dispatch.appointments.open_slots import opened_slots
from dispatch.appointments.shapes import DAYS, LEAD
from dispatch.appointments.supply import supply_for
from dispatch.models import SlotHold
from workorders.flow import Meaning
from workorders.services.booked import keep_booked
from workorders.services.effects import count_fact, drop_appointment
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User
    from dispatch.appointments.shapes import Slot
    from workorders.models import WorkOrder

HOLD = timedelta(minutes=10)
_BOOKABLE = (Meaning.WAITING.value, Meaning.ASSIGNED.value)


def is_bookable(order: WorkOrder) -> bool:
    """Whether its appointment may be made or changed: nobody is on the way yet."""
    return order.meaning in _BOOKABLE


@transaction.atomic
def hold_slot(*, order_id: int, slot: Slot, actor: User | None) -> SlotHold:
    """Keep a slot for an order for ten minutes; what it held before is free again.

    Conflict("slot.full") when the last place has just gone, Refused("slot.order") for an order whose
    appointment cannot change any more, ("slot.day") for a slot too soon or too far away.
    """
    order = lock_order(order_id)
    _refuse_closed(order)
    _refuse_late(order, actor)
    now, today = clock.now(), clock.business_day()
    day = clock.business_day(slot.starts_at)
    refuse_unless(
        slot.starts_at >= now + LEAD and (day - today).days < DAYS,
        "slot.day",
        _("Choose one of the times on the page"),
    )
    lock_units(supply_for(order, [day]).outlets.values())
    (found,) = opened_slots(order, [slot], [day])
    if not found.is_open:
        raise Conflict("slot.full", _("Somebody was faster: this time is taken. Choose another."))
    SlotHold.objects.filter(work_order=order, state=SlotHold.State.HELD).update(
        state=SlotHold.State.RELEASED
    )
    return SlotHold.objects.create(
        work_order=order, unit_id=found.units[0], starts_at=slot.starts_at, ends_at=slot.ends_at,
        held_at=now, expires_at=now + HOLD, held_by=actor,
    )  # fmt: skip


@transaction.atomic
def book_held(*, order_id: int, actor: User | None) -> SlotHold:
    """Make what an order holds its appointment; an earlier one is superseded and counted as moved.

    A second time: the same booking again. Gone("slot.expired") when the ten minutes are over.
    """
    order = lock_order(order_id)
    _refuse_closed(order)
    hold = SlotHold.objects.filter(work_order=order).order_by("-pk").first()
    if hold is not None and hold.state == SlotHold.State.BOOKED and _is_current(hold, order):
        return hold
    if hold is None or hold.state != SlotHold.State.HELD or hold.expires_at <= clock.now():
        raise Gone("slot.expired", _("The time was kept for ten minutes. Choose it again."))
    if order.window_starts_at is not None:
        count_fact(order, "reschedule", "1", actor)
    SlotHold.objects.filter(work_order=order, state=SlotHold.State.BOOKED).update(
        state=SlotHold.State.RELEASED
    )
    reason = _("booked at the desk") if actor else _("booked by the customer")
    keep_booked(order, hold.starts_at, hold.ends_at, actor=actor, reason=reason)
    hold.state = SlotHold.State.BOOKED
    hold.save(update_fields=["state"])
    record(actor, "appointment.booked", order, starts_at=hold.starts_at.isoformat())
    return hold


@transaction.atomic
def let_go(*, order_id: int) -> None:
    """Give a held slot back; without one nothing happens."""
    lock_order(order_id)
    SlotHold.objects.filter(work_order=order_id, state=SlotHold.State.HELD).update(
        state=SlotHold.State.RELEASED
    )


@transaction.atomic
def cancel_appointment(*, order_id: int, actor: User | None) -> WorkOrder:
    """Leave an order without an appointment; it stays open. Without one nothing happens.

    Refused("slot.late") for a customer less than two hours before it begins.
    """
    order = lock_order(order_id)
    _refuse_closed(order)
    begins = order.window_starts_at
    if begins is None:
        return order
    _refuse_late(order, actor)
    drop_appointment(order, actor, "")
    order.save(update_fields=["window_starts_at", "window_ends_at"])
    SlotHold.objects.filter(work_order=order, state=SlotHold.State.BOOKED).update(
        state=SlotHold.State.RELEASED
    )
    record(actor, "appointment.cancelled", order, starts_at=begins.isoformat())
    return order


def held_slot(order: WorkOrder) -> SlotHold | None:
    """Return the slot an order holds now, None when none or when its time is over."""
    held = SlotHold.objects.filter(work_order=order, state=SlotHold.State.HELD)
    return held.filter(expires_at__gt=clock.now()).first()


def slot_words(hold: SlotHold) -> str:
    """Return a held slot as people read it."""
    return formatting.window(hold.starts_at, hold.ends_at, now=clock.now())


def _refuse_closed(order: WorkOrder) -> None:
    refuse_unless(
        is_bookable(order),
        "slot.order",
        _("The appointment of this order cannot be changed here any more. Please call us."),
    )


def _refuse_late(order: WorkOrder, actor: User | None) -> None:
    """A customer neither moves nor cancels what begins within two hours or has begun."""
    begins, ends, now = order.window_starts_at, order.window_ends_at, clock.now()
    is_near = begins is not None and ends is not None and begins < now + LEAD and ends > now
    sentence = _("It begins in less than two hours. Please call us.")
    refuse_unless(actor is not None or not is_near, "slot.late", sentence)


def _is_current(hold: SlotHold, order: WorkOrder) -> bool:
    return hold.starts_at == order.window_starts_at and hold.ends_at == order.window_ends_at
