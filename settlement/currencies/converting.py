"""Which rate an order's payment counts at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from settlement.engine.currency import OWN, PaidIn
from settlement.models import ExchangeRate, ForeignPayment

if TYPE_CHECKING:
    from datetime import date

    from workorders.models import WorkOrder

OLDEST = timedelta(days=10)
"""A rate counts until the next one; over the longest holidays no new one is published."""


def rate_on(currency: str, day: date) -> ExchangeRate | None:
    """Return the last rate of or before the day, at most ten days old; of one day the last entered."""
    known = ExchangeRate.objects.filter(currency=currency, day__range=(day - OLDEST, day))
    return known.order_by("-day", "-pk").first()


def payment_of(order: WorkOrder) -> ForeignPayment | None:
    """Return what an order was paid in another currency; None: in yuan."""
    last = ForeignPayment.objects.filter(work_order=order).order_by("-pk").first()
    return last if last and last.currency != OWN else None


def paid_in(order: WorkOrder, done_on: date) -> PaidIn | None:
    """Return an order's payment with the rate of its completion day (today's for a later one)."""
    payment = payment_of(order)
    if payment is None:
        return None
    day = min(done_on, clock.business_day())
    paid = PaidIn(payment.currency, payment.amount_minor, day.isoformat())
    rate = rate_on(payment.currency, day)
    if rate is None:
        return paid
    return paid._replace(
        rate=rate.plain, rate_day=rate.day.isoformat(), source=rate.source, rate_id=rate.pk
    )
