"""The stages of an order in time: how long each was planned, how long it took, and what lies ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from workorders import sla
from workorders.flow import main_way
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.models import StageStay

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder

_MOST = 40


@dataclass(frozen=True, slots=True)
class StageTime:
    """One stage: passed, the present one, or ahead (without `entered_at`).

    `due_at` is the planned end, `left_at` the real one; minutes are whole, None without a plan.
    """

    name: str
    department: str
    entered_at: datetime | None
    due_at: datetime | None
    left_at: datetime | None
    planned_min: int | None
    taken_min: int | None

    @property
    def is_late(self) -> bool:
        """Whether it took, or has taken so far, longer than planned."""
        if self.planned_min is None or self.taken_min is None:
            return False
        return self.taken_min > self.planned_min

    @property
    def is_now(self) -> bool:
        """Whether the order stands here."""
        return self.entered_at is not None and self.left_at is None


def stage_times(order: WorkOrder) -> list[StageTime]:
    """Return the stages an order stood in and those ahead of it as planned; one query."""
    stays = list(StageStay.objects.filter(work_order=order).order_by("-pk")[:_MOST])[::-1]
    passed = [_passed(stay) for stay in stays if stay.left_at != stay.entered_at]
    return [*passed, *(_ahead(order) if order.is_open else [])]


def _passed(stay: StageStay) -> StageTime:
    ended = stay.left_at or clock.now()
    return StageTime(
        name=stay.name,
        department=stay.department,
        entered_at=stay.entered_at,
        due_at=stay.due_at,
        left_at=stay.left_at,
        planned_min=_minutes(stay.entered_at, stay.due_at) if stay.due_at else None,
        taken_min=_minutes(stay.entered_at, ended),
    )


def _ahead(order: WorkOrder) -> list[StageTime]:
    """The stages to plan: each begins when the one before it is due."""
    flow, facts = flow_of(order), OrderFacts(order)
    here, begins = order.stage, max(order.due_at or clock.now(), clock.now())
    found: list[StageTime] = []
    while len(found) < len(flow.stages) and (way := main_way(flow, here, facts)) is not None:
        stage = flow.stage(way.target)
        here = stage.key
        if stage.meaning.is_final:
            break
        due = sla.due_at(stage, begins)
        planned = _minutes(begins, due) if due else None
        found.append(StageTime(stage.name, stage.department, None, due, None, planned, None))
        begins = due or begins
    return found


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds()) // 60
