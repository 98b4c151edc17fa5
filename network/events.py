"""What the network announces."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class RegionsAdded(Event):
    """New places can be priced; what depends on places may now apply to them."""

    count: int
