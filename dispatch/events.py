"""What dispatch announces."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class HelpAsked(Event):
    """A colleague is asked to help on a running visit."""

    help_id: int
