"""What a flow wanted to do for an order and has not done: on its way, or failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused
from workorders.flow import Action
from workorders.flow.words import ACTION_NAMES
from workorders.flow_versions import read_version
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


def action_of(action: FiredAction) -> Action:
    """Return what a fired action is to do, as the flow said when it fired.

    One from before contents were kept is looked up in its stay's version of the flow; the order may
    have moved to another version since. Raises Refused("action.gone") where that says otherwise.
    """
    if action.contents:
        return Action(action.kind, tuple(action.contents.items()))
    flow = read_version(action.fired.stay.flow_version)
    trigger = next((each for each in flow.triggers if each.key == action.fired.trigger), None)
    wanted = trigger.actions[action.place : action.place + 1] if trigger else ()
    if not wanted or (wanted[0].kind, wanted[0].main_value) != (action.kind, action.value):
        raise Refused("action.gone", _("The flow was changed and no longer asks for this"))
    return wanted[0]


def may_retry(action: FiredAction) -> bool:
    """Whether it failed, or has been on its way for so long that it must have been lost."""
    is_stuck = action.state == FiredAction.State.WAITING and action.at < clock.now() - STUCK
    return action.state == FiredAction.State.FAILED or is_stuck
