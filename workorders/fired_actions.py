"""What a flow wanted to do for an order and has not done: on its way, or failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from workorders.flow.words import ACTION_NAMES
from workorders.models import FiredAction

if TYPE_CHECKING:
    from workorders.models import WorkOrder

STUCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action: what it is, and whether a person may try it again now."""

    action: FiredAction
    what: str
    may_retry: bool


def unfinished_actions(order: WorkOrder) -> list[ActionView]:
    """Return the order's actions that are not done, the oldest first; one query by an index."""
    rows = FiredAction.objects.filter(work_order=order).exclude(state=FiredAction.State.DONE)
    return [
        ActionView(row, _(ACTION_NAMES.get(row.kind, row.kind)), may_retry(row))
        for row in rows.order_by("pk")
    ]


def may_retry(action: FiredAction) -> bool:
    """Whether it failed, or has been on its way for so long that it must have been lost."""
    is_stuck = action.state == FiredAction.State.WAITING and action.at < clock.now() - STUCK
    return action.state == FiredAction.State.FAILED or is_stuck
