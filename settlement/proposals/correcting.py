"""Publishing, and for a correction of closed days the recompute that shows what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.access import Perm
from common.transactions import transactional
from settlement.proposals.approval import Terms, publish_draft
from settlement.recompute.running import start_recompute
from settlement.recompute.selectors import orders_in_reach

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import RecomputeRun, RuleSetVersion


@transactional
def publish(
    *, draft_id: int, revision: int, seen: str, terms: Terms, actor: User
) -> tuple[RuleSetVersion, RecomputeRun | None]:
    """Publish a draft as `publish_draft` does; where it corrects closed days, start the recompute.

    Nothing is posted by it: a second person approves the differences, and they go into the open
    period. None for other versions, where no settled order is concerned, and for who may not.
    """
    version = publish_draft(
        draft_id=draft_id, revision=revision, seen=seen, terms=terms, actor=actor
    )
    closed = version.checks.get("closed")
    if not closed or not actor.has(Perm.SETTLEMENT_CORRECT) or not orders_in_reach(version):
        return version, None
    return version, start_recompute(version=version, reason=closed["reason"], actor=actor)
