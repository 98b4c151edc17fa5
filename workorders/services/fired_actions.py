"""What came of an action of the flow: done, or failed where people see it and can try again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.fired_actions import may_retry
from workorders.flow.words import ACTION_NAMES
from workorders.models import FiredAction
from workorders.services.locking import lock_order
from workorders.services.triggers import begin_again

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder

_AGAIN_MIN = (1, 5, 30, 120, 720)
"""Minutes until an action is tried again by itself after its first, second… failure."""
_AT_ONCE = 200


def action_in_hand(action_id: int) -> tuple[WorkOrder, FiredAction]:
    """Return an action with its order locked, as it is behind that lock."""
    order_id = FiredAction.objects.values_list("work_order", flat=True).get(pk=action_id)
    order = lock_order(order_id)
    rows = FiredAction.objects.select_related("fired__stay__flow_version")
    return order, rows.get(pk=action_id)


@transactional
def settle_action(*, action_id: int, code: str, **params: Any) -> FiredAction:
    """Note that an action is done; `code` with its values goes on the order's timeline.

    Again: no effect.
    """
    order, action = action_in_hand(action_id)
    if action.state == FiredAction.State.DONE:
        return action
    action.state, action.retry_at, action.result = FiredAction.State.DONE, None, ""
    action.tries += 1
    action.save(update_fields=["state", "retry_at", "result", "tries"])
    timeline.note(order, code, **params)
    return action


@transactional
def fail_action(*, action_id: int, reason: str, again: bool = False) -> FiredAction:
    """Note why an action could not be done; `again`: it is tried later by itself, five times."""
    order, action = action_in_hand(action_id)
    if action.state == FiredAction.State.DONE:
        return action
    waits = _AGAIN_MIN[action.tries] if again and action.tries < len(_AGAIN_MIN) else None
    action.tries += 1
    action.state, action.result = FiredAction.State.FAILED, reason[:300]
    action.retry_at = clock.now() + timedelta(minutes=waits) if waits else None
    action.save(update_fields=["state", "result", "tries", "retry_at"])
    if action.tries == 1 or waits is None:
        what = ACTION_NAMES.get(action.kind, action.kind)
        alert = timeline.Kind.ALERT
        timeline.note(order, "action_failed", kind=alert, what=what, text=action.result)
    return action


@transactional
def retry_action(*, order_id: int, action_id: int, actor: User) -> FiredAction:
    """Let an action that failed be done after all; Conflict for one that is done or on its way."""
    order, action = action_in_hand(action_id)
    if order.pk != order_id or not may_retry(action):
        raise Conflict("action.state", _("This step has been done meanwhile, or is being done"))
    _again(action)
    record(actor, "workorder.action_retried", order, fired=action.pk, kind=action.kind)
    return action


def actions_are_due() -> bool:
    """Whether an action waits to be tried again."""
    return FiredAction.objects.filter(retry_at__lte=clock.now()).exists()


@transactional
def retry_what_is_due() -> int:
    """Try again what failed by chance; returns how many."""
    due = FiredAction.objects.select_for_update(skip_locked=True, of=("self",))
    rows = list(due.filter(retry_at__lte=clock.now()).order_by("retry_at")[:_AT_ONCE])
    for action in rows:
        _again(action)
    return len(rows)


def _again(action: FiredAction) -> None:
    action.state, action.retry_at = FiredAction.State.WAITING, None
    action.save(update_fields=["state", "retry_at"])
    begin_again(action)
