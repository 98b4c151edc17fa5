"""Puts one more block into many flows at once, and moves the running orders that still meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from workorders.flow_insertions import insertions
from workorders.services.flow_versions import following, publish_version
from workorders.services.moving import start_move

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from accounts.models import User
    from workorders.models import FlowMove


@transaction.atomic
def insert_for_all(
    *,
    block: str | Mapping[str, Any],
    where: str,
    keys: Collection[str],
    seen: Collection[int],
    actor: User,
) -> list[FlowMove]:
    """Publish flows with a block in them and start to move their running orders; returns the moves.

    The block is one of the library, by its key, or a table of one's own.
    `seen` are the ids of the newest versions the person looked at. Raises Conflict when there are
    others meanwhile, Refused for a flow in which the block cannot stand.
    """
    planned = insertions(block=block, where=where, keys=keys)
    refuse_unless(planned, "insert.flows", _("Choose at least one flow"))
    if {each.newest.pk for each in planned} != set(seen):
        raise Conflict(
            "insert.stale", _("Somebody published one of these flows meanwhile: look at it again")
        )
    for each in planned:
        if each.problems:
            words = {"flow": each.newest.name, "why": each.problems[0]}
            raise Refused("insert.problem", _("%(flow)s: %(why)s") % words)
    moves = []
    named = block if isinstance(block, str) else str(block["name"])
    for each in planned:
        version = publish_version(
            following(each.newest, each.body),
            after=each.newest,
            actor=actor,
            keeps_faults=True,
            block=named,
        )
        moves += [
            start_move(old=running.version, new=version, stages=running.stages, actor=actor)
            for running in each.running
            if running.moved
        ]
    record(actor, "flow.block_inserted", None, block=named, flows=sorted(keys), moves=len(moves))
    return moves
