"""People asked for to support another city: one to decide, one to cancel, one who has to answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from common import clock
from dispatch.models import SupportRequest
from tests.factories import InstallerFactory
from tests.workorders.world import World


def supports(world: World) -> dict[str, dict[str, Any]]:
    """Requests for people of the outlet, each for another one."""
    people = (
        InstallerFactory(outlet=world.suzhou),
        InstallerFactory(outlet=world.suzhou),
        world.installer,
    )
    states = ("asked", "asked", "approved")
    decide, cancel, own = (
        SupportRequest.objects.create(
            day=clock.business_day() + timedelta(days=190), installer=who, home=world.suzhou,
            city=world.hangzhou, borrower=world.suzhou, jobs=4, way_m=90_000, subsidy_fen=15_000,
            travel_fen_per_km=100, state=state, asked_by=world.dispatcher, asked_at=clock.now(),
        )
        for who, state in zip(people, states, strict=True)
    )  # fmt: skip
    return {
        "support": {"pk": decide.pk},
        "support to cancel": {"pk": cancel.pk},
        "own support": {"pk": own.pk},
    }
