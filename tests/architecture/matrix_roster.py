"""A shift of an outlet, a week to plan, and requests for leave that wait."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from common import clock
from dispatch.models import LeaveRequest, ShiftPattern
from dispatch.rosters.rest import monday_of
from dispatch.rosters.usual import add_usual_patterns
from tests.factories import InstallerFactory
from tests.workorders.world import World


def rostered(world: World) -> dict[str, dict[str, Any]]:
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
    return {
        "shift pattern": {"pk": own.pk},
        "asked leave": {"pk": asked.pk},
        "own leave": {"request_id": mine.pk},
        "roster": {"pk": world.suzhou.pk, "monday": monday},
    }
