"""Which rate an order's payment counts at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from settlement.engine.currency import OWN, PaidIn, paid_fen_of
from settlement.models import ExchangeRate, ForeignPayment

if TYPE_CHECKING:
    from datetime import date

    from settlement.engine.facts import JobFacts
    from workorders.models import WorkOrder

OLDEST = timedelta(days=10)
"""A rate counts until the next one; over the longest holidays no new one is published."""


def rate_on(currency: str, day: date) -> ExchangeRate | None:
    """Return the last rate of or before the day, at most ten days old; of one day the last entered."""
    known = ExchangeRate.objects.filter(currency=currency, day__range=(day - OLDEST, day))
    return known.order_by("-day", "-pk").first()


def last_payment(order: WorkOrder) -> ForeignPayment | None:
    """Return what was said last of an order's currency, also that it was yuan after all."""
    return ForeignPayment.objects.filter(work_order=order).order_by("-pk").first()


def payment_of(order: WorkOrder) -> ForeignPayment | None:
    """Return what an order was paid in another currency; None: in yuan."""
    last = last_payment(order)
    return last if last and last.currency != OWN else None


def paid_in(order: WorkOrder, done_on: date) -> PaidIn | None:
    """Return an order's payment with the rate of its completion day (today's for a later one)."""
    payment = payment_of(order)
    return counted_on(payment.currency, payment.amount_minor, done_on) if payment else None


def counted_on(currency: str, minor: int, done_on: date) -> PaidIn:
    """Return a payment with the rate of a completion day; without one while none is known."""
    day = min(done_on, clock.business_day())
    paid, rate = PaidIn(currency, minor, day.isoformat()), rate_on(currency, day)
    return _at(paid, rate) if rate else paid


def at_the_rate(facts: JobFacts, rate: ExchangeRate) -> JobFacts:
    """Return the facts of a job with the same payment counted at another rate."""
    return recounted(facts, _at(facts.paid_in, rate)) if facts.paid_in else facts


def recounted(facts: JobFacts, paid: PaidIn) -> JobFacts:
    """Return the facts with the same payment at the rate of `paid`; both rates are known.

    Of a payment several orders share each keeps its part: the whole is converted, then cut.
    """
    then = paid_fen_of(facts.paid_in) if facts.paid_in else None
    now = paid_fen_of(paid)
    if facts.paid_fen is None or then is None or now is None:
        return facts
    return replace(facts, paid_in=paid, paid_fen=facts.paid_fen + now - then)


def at_rate_of(paid: PaidIn, other: PaidIn) -> PaidIn:
    """Return a payment at the rate another one counts at."""
    return paid._replace(
        rate=other.rate, rate_day=other.rate_day, source=other.source, rate_id=other.rate_id
    )


def _at(paid: PaidIn, rate: ExchangeRate) -> PaidIn:
    return paid._replace(
        rate=rate.plain, rate_day=rate.day.isoformat(), source=rate.source, rate_id=rate.pk
    )
