"""What other currencies announce."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class PaymentStated(Event):
    """Somebody said what an order was paid in."""

    order_id: int


@dataclass(frozen=True)
class RateEntered(Event):
    """A rate is known; orders beyond `after_id` that waited for one are settled next."""

    rate_id: int
    after_id: int
