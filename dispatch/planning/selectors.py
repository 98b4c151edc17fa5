"""Questions about plans of a day; each begins with who asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from common import clock
from dispatch.board.filters import board_outlets
from dispatch.models import PlannedVisit, PlanRun
from network.models import OrgUnit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

State, Visit = PlanRun.State, PlannedVisit.State
WORKING = (State.BUILDING, State.PLANNING, State.PUBLISHING, State.WITHDRAWING)
STUCK_AFTER = timedelta(minutes=5)


def visible_plans(*, actor: User) -> QuerySet[PlanRun]:
    """Return the plans whose outlets all belong to the actor's units, the latest first."""
    found = PlanRun.objects.select_related("started_by", "published_by", "withdrawn_by")
    if not actor.sees_everything:
        others = OrgUnit.objects.exclude(pk__in=actor.units)
        found = found.exclude(outlets__in=others)
    return found.order_by("-day", "-pk")


def plannable_outlets(*, actor: User) -> QuerySet[OrgUnit]:
    """Return the outlets the actor may plan for: those with installers in their scope."""
    return board_outlets(actor=actor)


def visits_of_plan(*, run: PlanRun) -> QuerySet[PlannedVisit]:
    """Return a plan's rows with what their page shows."""
    return run.visits.select_related(
        "work_order__address", "work_order__item_version", "installer__user", "part"
    ).defer("work_order__item_version__body", "part__inputs")


def totals_of_plan(*, run: PlanRun) -> dict[str, int]:
    """Return how many rows there are by state, and the way and the people of all parts."""
    found = {str(state): 0 for state in Visit.values}
    for row in run.visits.values("state").annotate(n=Count("pk")).order_by():
        found[row["state"]] = row["n"]
    parts = run.parts.aggregate(
        people=Sum("people", default=0),
        travel_m=Sum("travel_m", default=0),
        travel_s=Sum("travel_s", default=0),
        took_ms=Sum("took_ms", default=0),
        greedy=Count("pk", filter=Q(solved="greedy")),
    )
    busy = run.visits.exclude(installer=None).values("installer").distinct().count()
    return found | parts | {"busy": busy, "retimed": _retimed(run)}


def is_working(run: PlanRun) -> bool:
    """Whether a worker is at it, so that the page asks again."""
    return run.state in WORKING


def is_stuck(run: PlanRun) -> bool:
    """Whether nothing has happened for long."""
    return is_working(run) and clock.now() - run.moved_at > STUCK_AFTER


def _retimed(run: PlanRun) -> int:
    """How many visits booked before begin at another time in the plan."""
    kept = run.visits.filter(state=Visit.KEPT).values_list("starts_at", "was_at")
    return sum(1 for starts_at, was_at in kept if starts_at != was_at)
