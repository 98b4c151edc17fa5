"""What somebody does on the calendar: hold, book, let go, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Refused
from dispatch.appointments.booking import book_held, cancel_appointment, hold_slot, let_go
from dispatch.appointments.shapes import slot_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from workorders.models import WorkOrder


def act(order: WorkOrder, said: Mapping[str, str], *, actor: User | None) -> str:
    """Do what the form of the calendar says and return what to tell; Refused("slot.unknown") else."""
    doing = said.get("do", "")
    if doing == "hold":
        hold_slot(order_id=order.pk, slot=slot_named(said.get("slot", "")), actor=actor)
        return ""
    if doing == "book":
        book_held(order_id=order.pk, actor=actor)
        return _("Booked.")
    if doing == "release":
        let_go(order_id=order.pk)
        return ""
    if doing == "cancel":
        cancel_appointment(order_id=order.pk, actor=actor)
        return _("The appointment is cancelled; the order stays open.")
    raise Refused("slot.unknown", _("Choose one of the times on the page"))
