"""The event that carries a replay from chunk to chunk."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class ReplayAdvanced(Event):
    """Settlements below this id (0: all) of a replay are still to be run."""

    replay_id: int
    below_id: int
