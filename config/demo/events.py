"""The event that keeps the history going."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class HistoryContinues(Event):
    """The next chunk of a demo company's history is to be made."""

    slug: str
    chunk: int
