"""A plan of a day that waits to be published, and a preview of the dispatch policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from common import clock
from dispatch.engine.facts import Weights
from dispatch.models import PlannedVisit, PlanRun
from dispatch.planning.previewing import compute_preview, start_preview
from dispatch.policy import plain_weights
from tests.workorders.world import World
from workorders.models import WorkOrder


def day_plans(world: World, order: WorkOrder) -> dict[str, dict[str, Any]]:
    """A plan of tomorrow for one outlet with an order nobody has, and a preview that is ready."""
    now = clock.now()
    run = PlanRun.objects.create(
        day=clock.business_day() + timedelta(days=1), state=PlanRun.State.READY, engine="matrix",
        weights=plain_weights(Weights()), started_by=world.dispatcher, started_at=now, moved_at=now,
    )  # fmt: skip
    run.outlets.add(world.suzhou)
    row = PlannedVisit.objects.create(
        run=run, work_order=order, state=PlannedVisit.State.LEFT, failed={"no_place": 0}
    )
    preview = start_preview(weights=Weights(), actor=world.admin)
    compute_preview(preview_id=preview.pk)
    return {
        "day plan": {"pk": run.pk},
        "planned visit": {"pk": run.pk, "visit_pk": row.pk},
        "policy preview": {"pk": preview.pk},
    }
