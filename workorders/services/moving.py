"""Takes running orders from one version of a flow to another, some at a time, in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders.events import FlowMoveGoesOn
from workorders.flow import Meaning
from workorders.flow.moving import GIVEN_TO_SOMEBODY, impossible_moves
from workorders.flow_moves import MOVE_ERRORS, movable_orders
from workorders.flow_versions import read_version
from workorders.models import FlowMove
from workorders.services.locking import lock_order
from workorders.services.replacing import follow_instead
from workorders.services.turns import take_turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from workorders.flow import Flow, Stage
    from workorders.models import FlowVersion, WorkOrder

_AT_ONCE = 25
_State = FlowMove.State


@transactional
def start_move(
    *, old: FlowVersion, new: FlowVersion, stages: Mapping[str, str], actor: User
) -> FlowMove:
    """Begin to move the open orders of one version to another by a map of their stages.

    Orders whose stage has no place in the map ("") stay. Raises Refused for versions of two flows
    and a map that cannot be, Conflict while orders of the old version are being moved.
    """
    refuse_unless(
        old.key == new.key and old.pk != new.pk,
        "move.versions",
        _("Orders are moved between two versions of one flow"),
    )
    wrong = impossible_moves(read_version(old), read_version(new), stages)
    for source, code in wrong.items():
        names = {"stage": source, "target": stages[source]}
        raise Refused("move.map", _(MOVE_ERRORS[code]) % names)
    refuse_unless(
        any(stages.values()), "move.nothing", _("Say for at least one stage where its orders go")
    )
    take_turn("flow-move", str(old.pk))
    if FlowMove.objects.filter(from_version=old, state=_State.RUNNING).exists():
        raise Conflict("move.running", _("Orders of this version are being moved already"))
    move = FlowMove.objects.create(
        from_version=old,
        to_version=new,
        stages=dict(stages),
        total=movable_orders(old).count(),
        made_by=actor,
        made_at=clock.now(),
    )
    record(actor, "flow.move_started", move, key=old.key, old=old.number, new=new.number)
    announce(FlowMoveGoesOn(move.pk, 0), key=f"flow-move:{move.pk}:0")
    return move


@transactional
def go_on_moving(*, move_id: int, after: int) -> None:
    """Move the next orders behind an id and announce the following; told again, nothing happens.

    Each order is moved as it stands then: one that went on meanwhile from its new stage, one that
    ended not at all.
    """
    move = FlowMove.objects.select_for_update(of=("self",)).filter(pk=move_id).first()
    if move is None or move.state != _State.RUNNING or move.reached != after:
        return
    ahead = movable_orders(move.from_version).filter(pk__gt=after).order_by("pk")
    ids = list(ahead.values_list("pk", flat=True)[:_AT_ONCE])
    flow = read_version(move.to_version)
    for pk in ids:
        order = lock_order(pk)
        target = _target(move, flow, order)
        if target is not None:
            follow_instead(order, move.to_version, target, actor=move.made_by)
            move.moved += 1
        else:
            move.left += 1
    if ids:
        move.reached = ids[-1]
        announce(FlowMoveGoesOn(move.pk, move.reached), key=f"flow-move:{move.pk}:{move.reached}")
    else:
        move.state, move.ended_at = _State.DONE, clock.now()
        record(move.made_by, "flow.move_done", move, moved=move.moved, left=move.left)
    move.save(update_fields=["moved", "left", "reached", "state", "ended_at"])


def _target(move: FlowMove, flow: Flow, order: WorkOrder) -> Stage | None:
    """Where the locked order goes as it stands now; None for one that has to stay as it is."""
    key = move.stages.get(order.stage, "") if order.is_open else ""
    if not key or order.flow_version_id != move.from_version_id:
        return None
    stage = flow.stage(key)
    has_nobody = order.installer_id is None
    is_nobodys = has_nobody and stage.meaning in GIVEN_TO_SOMEBODY
    # On hold an order keeps its installer: waiting to be given away it must have none.
    is_somebodys = not has_nobody and stage.meaning is Meaning.WAITING
    return None if is_nobodys or is_somebodys else stage


@transactional
def cancel_move(*, move_id: int, actor: User) -> FlowMove:
    """Stop a move: what was moved stays moved, the others keep their version. Ended: no effect.

    Raises Refused("move.unknown") where there is none.
    """
    move = FlowMove.objects.select_for_update(of=("self",)).filter(pk=move_id).first()
    if move is None:
        raise Refused("move.unknown", _("There is no such move of orders"))
    if move.state == _State.RUNNING:
        move.state, move.ended_at = _State.CANCELLED, clock.now()
        move.save(update_fields=["state", "ended_at"])
        record(actor, "flow.move_cancelled", move, moved=move.moved)
    return move
