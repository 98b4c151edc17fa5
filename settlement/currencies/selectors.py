"""What the pages of other currencies show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from settlement.currencies.converting import paid_in, payment_of
from settlement.engine.currency import DECIMALS, OWN, amount_of, paid_words
from settlement.engine.facts import restored
from settlement.models import ExchangeRate, ForeignPayment, Settlement

if TYPE_CHECKING:
    from settlement.models import Settlement as Slip
    from workorders.models import WorkOrder


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


def waiting_for_rates(paid: QuerySet[ForeignPayment]) -> QuerySet[Settlement]:
    """Return the settlements of these payments' orders that stand without a rate."""
    return Settlement.objects.filter(
        work_order__in=paid.values("work_order"),
        status=Settlement.Status.ACTIVE,
        provisional=True,
        facts__paid_in__3="",
    )


def missing_rates() -> list[Missing]:
    """Return which rates settled orders wait for, the earliest day first; one query."""
    rows = waiting_for_rates(ForeignPayment.objects.exclude(currency=OWN))
    waiting: dict[tuple[str, date], int] = {}
    for facts in rows.values_list("facts", flat=True):
        paid = restored(facts).paid_in
        if paid is not None:
            key = (paid.currency, date.fromisoformat(paid.day))
            waiting[key] = waiting.get(key, 0) + 1
    return [
        Missing(currency, day, n)
        for (currency, day), n in sorted(waiting.items(), key=lambda entry: entry[0][1])
    ]


def payments(order: WorkOrder) -> list[tuple[ForeignPayment, str]]:
    """Return what was said of an order's currency, the latest first, with the amount as words."""
    rows = (
        ForeignPayment.objects.filter(work_order=order).select_related("entered_by").order_by("-pk")
    )
    return [(row, _words(row)) for row in rows]


def _words(row: ForeignPayment) -> str:
    if row.currency not in DECIMALS:
        return _("in yuan, as the shop's order says")
    return amount_of(row.amount_minor, row.currency)


def paid_words_of(order: WorkOrder, day: date) -> str:
    """Return what an order was paid with its rate, as it would count on a day; empty: in yuan."""
    paid = paid_in(order, day) if payment_of(order) else None
    return paid_words(paid, _) if paid else ""


def paid_words_of_slip(slip: Slip) -> str:
    """Return what a settled order was paid with the rate it was settled at; empty: in yuan."""
    paid = restored(slip.facts).paid_in
    return paid_words(paid, _) if paid else ""
