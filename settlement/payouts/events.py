"""Steps of paying through profit sharing."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class SharesDue(Event):
    """The shares of payments behind `after` are to be sent or asked for, for the n-th time."""

    batch_id: int
    after: int
    round_: int
