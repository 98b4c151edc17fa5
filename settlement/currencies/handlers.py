"""What other currencies do when something happens."""

from __future__ import annotations

from common.outbox import subscribe
from settlement.currencies.events import PaymentStated, RateEntered
from settlement.currencies.keeping import settle_waiting
from settlement.services.settling import resettle_work_order


@subscribe(PaymentStated)
def on_payment_stated(event: PaymentStated) -> None:
    """Settle the order anew; one that is not completed has nothing to settle."""
    resettle_work_order(order_id=event.order_id)


@subscribe(RateEntered, queue="bulk")
def on_rate_entered(event: RateEntered) -> None:
    """Settle what waited for the rate, share by share."""
    settle_waiting(rate_id=event.rate_id, after_id=event.after_id)
