"""Settled orders whose day has another rate by now than the one they were settled at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import (
    BigIntegerField,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from settlement.currencies.converting import OLDEST
from settlement.models import ExchangeRate, ForeignPayment, Settlement
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterable

_PAID_IN = KeyTransform("paid_in", "facts")
CURRENCY, DAY = KeyTextTransform(0, _PAID_IN), KeyTextTransform(2, _PAID_IN)
"""Currency, and the ISO day a rate is wanted for, in the stored facts (engine.currency.PaidIn)."""
_RATE, _RATE_ID = "facts__paid_in__3", KeyTextTransform(6, _PAID_IN)


def paid_abroad(*, with_rate: bool) -> QuerySet[Settlement]:
    """Return the active settlements of payments in other currencies, with their rate or without."""
    # Few orders go on with steps of another one, whose payment they share.
    going_on = (
        WorkOrder.objects.filter(comes_from__isnull=False).exclude(only_steps=[]).values("pk")
    )
    found = Settlement.objects.filter(
        Q(work_order__in=ForeignPayment.objects.values("work_order")) | Q(work_order__in=going_on),
        status=Settlement.Status.ACTIVE,
        facts__has_key="paid_in",
    )
    return found.exclude(**{_RATE: ""}) if with_rate else found.filter(**{_RATE: ""})


def settled_at_other_rates() -> QuerySet[Any]:
    """Return settlements with `counts`, the id of the rate their day has now: not their own.

    The rate of the day was corrected, or entered after an older one had been used.
    """
    oldest = ExpressionWrapper(OuterRef("done_on") - OLDEST, output_field=DateTimeField())
    known = ExchangeRate.objects.filter(
        currency=OuterRef("currency"), day__lte=OuterRef("done_on"), day__gte=oldest
    )
    last = Subquery(known.order_by("-day", "-pk").values("pk")[:1])
    settled = paid_abroad(with_rate=True).annotate(
        currency=CURRENCY, used=Cast(_RATE_ID, BigIntegerField())
    )
    return settled.annotate(counts=last).exclude(counts=F("used"))


def outdated_by(rates: Iterable[ExchangeRate]) -> dict[int, int]:
    """Return by rate how many settled orders would count at it and do not; one query."""
    found = settled_at_other_rates().filter(counts__in=[rate.pk for rate in rates])
    rows = found.order_by().values("counts").annotate(orders=Count("pk"))
    return {row["counts"]: row["orders"] for row in rows}
