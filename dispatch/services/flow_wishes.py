"""Gives an order to whom its flow wants: the best, the nearest, or whoever claims it from the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict, Refused
from common.gathering import attempt
from common.transactions import transactional
from dispatch.models import Assignment
from dispatch.services.assigning import assign
from dispatch.services.candidates import ranked_candidates
from dispatch.services.offers import offer_job
from workorders.services.fired_actions import fail_action, settle_action
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from dispatch.services.candidates import Ranked

_FAR_M = 1 << 30


@transactional
def give_as_wanted(*, order_id: int, action_id: int, how: str) -> None:
    """Give an order that waits to somebody (`how` of ASSIGN_WAYS), or note why nobody gets it.

    Nobody free just now is asked for again later; who has it already keeps it.
    """
    try:
        with attempt():
            said = _give(order_id, how)
    except Conflict as lost:
        fail_action(action_id=action_id, reason=str(lost))
    except Refused as refused:
        fail_action(action_id=action_id, reason=str(refused), again=True)
    else:
        settle_action(action_id=action_id, code="given", text=said)


def _give(order_id: int, how: str) -> str:
    if how == "pool":
        offer_job(order_id=order_id, actor=None)
        return _("offered in the grab pool")
    order = lock_order(order_id)
    if order.installer is not None:
        words = _("%(name)s has this work order already")
        raise Conflict("order.taken", words % {"name": order.installer.user.display_name})
    able = [each for each in ranked_candidates(order=order) if each.is_feasible]
    if not able:
        raise Refused("assign.nobody", _("Nobody could take this job now"))
    best = min(able, key=_distance) if how == "nearest" else able[0]
    assign(
        order_id=order_id,
        installer_id=best.installer.pk,
        actor=None,
        way=Assignment.Way.SUGGESTED,
    )
    return best.installer.user.display_name


def _distance(ranked: Ranked) -> int:
    return _FAR_M if ranked.distance_m is None else ranked.distance_m
