"""What settlement announces."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class WorkOrderSettled(Event):
    """A work order got its settlement."""

    settlement_id: int
    order_id: int
    installer_id: int


@dataclass(frozen=True)
class WorkOrderResettled(Event):
    """A recompute gave a settled work order another settlement; people are told of the whole run."""

    settlement_id: int
    order_id: int
    installer_id: int


@dataclass(frozen=True)
class SettlementReversed(Event):
    """A settlement was taken back by a reversing entry."""

    settlement_id: int
    order_id: int


@dataclass(frozen=True)
class MoneyReleased(Event):
    """A part of an installer's money became available."""

    release_id: int
    installer_id: int


@dataclass(frozen=True)
class MoreIsDue(Event):
    """More retentions are due than were released at once."""


@dataclass(frozen=True)
class SharedPaymentCorrected(Event):
    """The payment that an order shares with others was corrected; its own money is posted apart."""

    order_id: int


@dataclass(frozen=True)
class ProblemsToTry(Event):
    """Somebody (0: the clock or new rules) wants orders tried again that were not settled.

    `asked` names the round, `after` the order it goes on behind; `until` (ISO) leaves out problems
    that were noted later.
    """

    actor_id: int
    asked: str = ""
    after: int = 0
    until: str = ""


@dataclass(frozen=True)
class RulesPublished(Event):
    """A rule set has a new version."""

    version_id: int


@dataclass(frozen=True)
class MoneyChangedHands(Event):
    """An entry without an order moved money from one party to another."""

    entry_id: int
