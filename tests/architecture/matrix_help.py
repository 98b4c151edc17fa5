"""A request for help that waits for the visit's own installer, and what dispatch plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from common import clock
from dispatch.models import HelpRequest
from tests.architecture.matrix_plans import day_plans
from tests.architecture.matrix_ways import rules_of_assignment
from tests.workorders.world import World
from workorders.models import WorkOrder


def help_wanted(world: World, order: WorkOrder) -> dict[str, dict[str, Any]]:
    """The request, the colleague of a visit, a plan, a preview of the policy, a rule of giving."""
    now = clock.now()
    asked = HelpRequest.objects.create(
        work_order=order, asker=world.other_installer, colleague=world.installer, reason="fault",
        began_at=now, asked_at=now, expires_at=now + timedelta(hours=1),
    )  # fmt: skip
    return (
        day_plans(world, order)
        | rules_of_assignment()
        | {
            "help": {"help_id": asked.pk},
            "visit colleague": {"number": order.number, "installer_id": world.installer.pk},
        }
    )
