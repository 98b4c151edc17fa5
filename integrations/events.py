"""What connections announce, each handled in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class PushReceived(Event):
    """A push or message about an order was stored; somebody may be waiting for that order."""

    event_id: int
    attempt: int


@dataclass(frozen=True)
class OrderListed(Event):
    """A pull or comparison stored an order that we do not have as the shop has it."""

    event_id: int
    attempt: int


@dataclass(frozen=True)
class SecondLookDue(Event):
    """Half a minute has passed since a push: what changed meanwhile sent no push of its own."""

    connection_id: int
    order_number: str
    attempt: int


@dataclass(frozen=True)
class PullDue(Event):
    """A shop is to be read; `kind` is that of `SyncRun`: pull or compare."""

    connection_id: int
    kind: str


@dataclass(frozen=True)
class EarningsTold(Event):
    """Somebody who did a part of a settled order is to be told what it brought."""

    settlement_id: int
    installer_id: int


@dataclass(frozen=True)
class RecomputeTold(Event):
    """An installer is to be told once of a whole recompute: how many orders, and the sum.

    `order_id` is one of these orders; None when only a period's bonus changed.
    """

    run_id: int
    installer_id: int
    orders: int
    order_id: int | None
    diff_fen: int


@dataclass(frozen=True)
class DisputeWaits(Event):
    """Somebody is to be told that a dispute waits for them since a step."""

    dispute_id: int
    step_id: int
    user_id: int


@dataclass(frozen=True)
class DisputeAnswered(Event):
    """Somebody who speaks for a claimant is to be told how their dispute stands after a step."""

    dispute_id: int
    step_id: int
    user_id: int


@dataclass(frozen=True)
class ConnectionSaved(Event):
    """A shop or corp was connected, or its connection changed."""

    connection_id: int
