"""Enters rates, and orders paid in dollars."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from settlement.currencies.keeping import enter_rate, state_payment
from settlement.models import ExchangeRate, ForeignPayment, Settlement
from tests.settlement.company import Company, hear
from tests.workorders import walking
from tests.workorders.world import open_order, shop_order
from workorders.models import WorkOrder

DAY = date(2026, 11, 3)


def rate(company: Company, number: str = "7.1234", day: date = DAY, **more: Any) -> ExchangeRate:
    """A rate of the dollar, from the official source."""
    given = {"currency": "USD", "source": "外汇交易中心中间价", "actor": company.finance, **more}
    return enter_rate(day=day, rate=Decimal(number), **given)


def stated(
    company: Company, order: WorkOrder, currency: str = "USD", minor: int = 12_000, **more: Any
) -> ForeignPayment:
    """An order said to be paid USD 120.00."""
    return state_payment(
        order_id=order.pk, currency=currency, amount_minor=minor,
        **{"actor": company.finance, **more},
    )  # fmt: skip


def abroad(company: Company, number: str = "E20261102001") -> Settlement:
    """The settlement of a completed order that was paid USD 120.00."""
    order = open_order(company.world, shop_order(number=number))
    stated(company, order)
    walking.complete(order, company.world)
    hear()
    return Settlement.objects.get(work_order=order, status="active")
