"""Tells who is on call that an urgent order waits for them, and dispatchers that nobody took one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.roles import Role
from common import clock
from workorders.services.staff_notices import tell_staff
from workorders.services.stage_notices import responsible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import Installer
    from workorders.models import WorkOrder


def tell_on_call(order: WorkOrder, people: Iterable[Installer], until: datetime) -> None:
    """Leave a message on the phone of each that leads into the grab pool."""
    tell_staff(
        None,
        [each.user for each in people],
        code="on_call_offer",
        page=reverse("dispatch-phone:pool"),
        number=order.number,
        until=f"{clock.china(until):%H:%M}",
    )


def tell_left(order: WorkOrder, why: str) -> None:
    """Tell those who answer for the order at the desk."""
    tell_staff(order, responsible(order, Role.DISPATCHER), code="urgent_left", why=why)
