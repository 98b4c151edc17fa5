"""What the pages of other currencies show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from common import clock
from settlement.currencies.converting import paid_in
from settlement.currencies.outdated import CURRENCY, DAY, paid_abroad
from settlement.engine.currency import DECIMALS, amount_of, paid_words
from settlement.engine.facts import restored
from settlement.models import ExchangeRate, ForeignPayment
from settlement.models.currency import plain_rate

if TYPE_CHECKING:
    from decimal import Decimal

    from settlement.models import Settlement
    from workorders.models import WorkOrder


_FAR = 20
"""A rate is far from another by more than a twentieth (5 %) of it: weeks bring less."""


class Missing(NamedTuple):
    """A currency and day whose rate settled orders wait for."""

    currency: str
    day: date
    orders: int


def rates(currency: str = "") -> QuerySet[ExchangeRate]:
    """Return the rates, the latest day first; of one day the one that counts stands first."""
    found = ExchangeRate.objects.select_related("entered_by").order_by("-day", "currency", "-pk")
    return found.filter(currency=currency) if currency in DECIMALS else found


def counting(page: list[ExchangeRate]) -> set[int]:
    """Return the ids of those rates that no later row of the same day has corrected; one query."""
    days = {row.day for row in page}
    latest = ExchangeRate.objects.filter(day__in=days).values("currency", "day")
    return {row["last"] for row in latest.annotate(last=Max("pk"))}


def missing_rates() -> list[Missing]:
    """Return which rates settled orders wait for, the earliest day first; one query."""
    waiting = paid_abroad(with_rate=False).annotate(currency=CURRENCY, day=DAY)
    rows = waiting.order_by("day", "currency").values_list("currency", "day")
    return [
        Missing(currency, date.fromisoformat(day), orders)
        for currency, day, orders in rows.annotate(orders=Count("pk"))
    ]


def far_from(currency: str, day: date, rate: Decimal) -> ExchangeRate | None:
    """Return the last rate (of or before the day, else the first after it) when this one is far off.

    Far is more than a twentieth of it: a point or a digit gone astray looks like that.
    """
    known = ExchangeRate.objects.filter(currency=currency)
    last = known.filter(day__lte=day).order_by("-day", "-pk").first()
    last = last or known.order_by("day", "-pk").first()
    return last if last and abs(rate - last.rate) * _FAR > last.rate else None


def far_words(rate: Decimal, last: ExchangeRate) -> str:
    """Return both numbers in a sentence."""
    words = {"currency": last.currency, "rate": plain_rate(rate), "last": last.plain,
             "day": last.day.isoformat()}  # fmt: skip
    return (
        _(
            "1 %(currency)s = %(rate)s yuan is more than 5%% away from the last rate,"
            " %(last)s of %(day)s"
        )
        % words
    )


def payments(order: WorkOrder) -> list[tuple[ForeignPayment, str]]:
    """Return what was said of an order's currency, the latest first, with the amount as words."""
    rows = (
        ForeignPayment.objects.filter(work_order=order).select_related("entered_by").order_by("-pk")
    )
    return [(row, stated_words(row)) for row in rows]


def stated_words(row: ForeignPayment) -> str:
    """Return what a row says an order was paid, without a rate."""
    if row.currency not in DECIMALS:
        return _("in yuan, as the shop's order says")
    return amount_of(row.amount_minor, row.currency)


def paid_words_now(order: WorkOrder, settled: Settlement | None) -> str:
    """Return what an order was paid with its rate; empty: in yuan.

    The rate a settled one was settled at, of others the one of the day they are or would be done.
    """
    if settled is not None:
        return paid_words_of_slip(settled)
    paid = paid_in(order, clock.business_day(order.completed_at))
    return paid_words(paid, _) if paid else ""


def paid_words_of_slip(slip: Settlement) -> str:
    """Return what a settled order was paid with the rate it was settled at; empty: in yuan."""
    paid = restored(slip.facts).paid_in
    return paid_words(paid, _) if paid else ""
