"""The background step of replays; `settlement.handlers` brings it to the outbox."""

from __future__ import annotations

from common.outbox import subscribe
from settlement.replays.events import ReplayAdvanced
from settlement.replays.run import advance_replay


@subscribe(ReplayAdvanced, queue="bulk")
def on_replay_advanced(event: ReplayAdvanced) -> None:
    """Run the next chunk of settlements."""
    advance_replay(replay_id=event.replay_id, below_id=event.below_id)
