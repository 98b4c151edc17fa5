"""What disputes announce."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class DisputeMoved(Event):
    """A dispute was filed or took a step of its table."""

    dispute_id: int
    order_id: int | None
    move: str
    state: str
    step_id: int = 0  # an event of before names none


@dataclass(frozen=True)
class DisputeOverdue(Event):
    """The time of a dispute is up."""

    dispute_id: int


@dataclass(frozen=True)
class DisputeUnanswered(Event):
    """Half of a dispute's time is over, or all but a day, and nobody has acted."""

    dispute_id: int


@dataclass(frozen=True)
class DisputeReportWanted(Event):
    """Somebody waits for the case report of a dispute."""

    dispute_id: int
    language: str = "zh-hans"  # an event of before names none
