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
    from collections.abc import Sequence

    from dispatch.services.candidates import Ranked

_FAR_M = 1 << 30
MOST_TRIED = 5
"""So many are asked one after another where outlets are full."""


@transactional
def give_as_wanted(*, order_id: int, action_id: int, how: str) -> None:
    """Give an order that waits to somebody (`how` of ASSIGN_WAYS), or note why nobody gets it.

    Nobody free just now is asked for again later; who has it already keeps it.
    """
    try:
        with attempt():
            said = give_now(order_id, how)
    except Conflict as lost:
        fail_action(action_id=action_id, reason=str(lost))
    except Refused as refused:
        fail_action(action_id=action_id, reason=str(refused), again=True)
    else:
        settle_action(action_id=action_id, code="given", text=said)


def give_now(order_id: int, how: str) -> str:
    """Give an order by one of ASSIGN_WAYS and say to whom; Conflict and Refused as `assign`."""
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
    ordered = sorted(able, key=_distance) if how == "nearest" else able
    return _first_who_may(order_id, ordered[:MOST_TRIED])


def _first_who_may(order_id: int, ordered: Sequence[Ranked]) -> str:
    """Give it to the first whose outlet is not full; Refused with the first one's reason else."""
    first: Refused | None = None
    for each in ordered:
        try:
            with attempt():
                assign(
                    order_id=order_id,
                    installer_id=each.installer.pk,
                    actor=None,
                    way=Assignment.Way.SUGGESTED,
                )
        except Refused as refused:
            if refused.code != "capacity.full":
                raise
            first = first or refused
        else:
            return each.installer.user.display_name
    raise first or Refused("assign.nobody", _("Nobody could take this job now"))


def _distance(ranked: Ranked) -> int:
    return _FAR_M if ranked.distance_m is None else ranked.distance_m
