"""A shift of an outlet, a week to plan, leave that waits, limits, and a link to book with."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from common import clock
from dispatch.appointments.links import booking_token
from dispatch.contractors.links import link_token
from dispatch.models import CapacityLimit, ContractorLink, LeaveRequest, ShiftPattern
from dispatch.rosters.rest import monday_of
from dispatch.rosters.usual import add_usual_patterns
from tests.architecture.matrix_support import supports
from tests.factories import InstallerFactory
from tests.workorders.world import World
from workorders.models import WorkOrder


def _link(world: World, order: WorkOrder) -> ContractorLink:
    now = clock.now()
    return ContractorLink.objects.create(
        work_order=order,
        installer=world.installer,
        made_at=now,
        expires_at=now + timedelta(days=7),
    )


def rostered(world: World, order: WorkOrder) -> dict[str, dict[str, Any]]:
    """The week of the outlet, a shift of its own, and leave asked for by two of its people."""
    add_usual_patterns(actor=None)
    own = ShiftPattern.objects.create(
        unit=world.suzhou, name="早", mark="早", starts=time(8), ends=time(17)
    )
    today = clock.business_day()
    asked, mine = (
        LeaveRequest.objects.create(
            installer=who, starts_on=today + timedelta(days=200),
            ends_on=today + timedelta(days=200), asked_at=clock.now(),
        )
        for who in (InstallerFactory(outlet=world.suzhou), world.installer)
    )  # fmt: skip
    monday = (monday_of(today) + timedelta(days=7)).isoformat()
    limit, other = (
        CapacityLimit.objects.create(unit=world.suzhou, part=part, most=900)
        for part in ("am", "pm")
    )
    return supports(world) | {
        "limit": {"pk": limit.pk},
        "another limit": {"pk": other.pk},
        "contractor link": {"token": link_token(_link(world, order))},
        "booking link": {"token": booking_token(order)},
        "shift pattern": {"pk": own.pk},
        "asked leave": {"pk": asked.pk},
        "own leave": {"request_id": mine.pk},
        "roster": {"pk": world.suzhou.pk, "monday": monday},
    }
