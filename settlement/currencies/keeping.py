"""Entering a rate or what an order was paid in; nothing is changed, a new row counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from settlement.currencies.converting import payment_of
from settlement.currencies.events import PaymentStated, RateEntered
from settlement.currencies.selectors import waiting_for_rates
from settlement.engine.currency import DECIMALS, OWN, amount_of
from settlement.models import ExchangeRate, ForeignPayment, Settlement
from settlement.services.settling import locked_orders, resettle_work_order
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from accounts.models import User

CHUNK = 100
_AHEAD = timedelta(days=1)


@transaction.atomic
def enter_rate(
    *, currency: str, day: date, rate: Decimal, source: str, actor: User
) -> ExchangeRate:
    """Keep a rate; one of the same day corrects it. What waited for it is settled afterwards.

    Orders settled at another rate keep theirs: to change them is a recompute people decide on.
    Refused unless the actor sees the whole company, whose rates these are.
    """
    refuse_unless(
        actor.sees_everything, "rate.headquarters", _("Only headquarters keeps exchange rates")
    )
    if currency not in DECIMALS:
        raise Refused("rate.currency", _("Choose a currency"))
    if day > clock.business_day() + _AHEAD:
        raise Refused("rate.day", _("A rate of a day to come is not known yet"))
    refuse_unless(rate > 0, "rate.positive", _("A rate is above 0"))
    said = " ".join(source.split())[:80]
    refuse_unless(said, "rate.source", _("Say where the rate was published"))
    kept = ExchangeRate.objects.create(
        currency=currency,
        day=day,
        rate=rate,
        source=said,
        entered_by=actor,
        entered_at=clock.now(),
    )
    record(actor, "rate.entered", kept, currency=currency, day=str(day), rate=str(rate))
    announce(RateEntered(kept.pk, 0), key=f"rate:{kept.pk}:0")
    return kept


@transaction.atomic
def state_payment(
    *, order_id: int, currency: str, amount_minor: int, actor: User
) -> ForeignPayment:
    """Keep what an order was paid in; its money is settled anew at the rate of its day.

    Refused outside headquarters and the unit that settles the order; once it is settled,
    headquarters alone changes it.
    """
    order = WorkOrder.objects.select_for_update().get(pk=order_id)
    _refuse_others(order, actor)
    if currency != OWN and currency not in DECIMALS:
        raise Refused("payment.currency", _("Choose a currency"))
    refuse_unless(
        currency == OWN or amount_minor > 0, "payment.amount", _("Enter an amount above 0")
    )
    refuse_unless(
        not order.price_included,
        "payment.included",
        _("The goods include the price of this order: the price list counts, not a payment"),
    )
    before = payment_of(order)
    refuse_unless(
        currency != OWN or before is not None,
        "payment.yuan",
        _("The order counts as paid in yuan already"),
    )
    kept = ForeignPayment.objects.create(
        work_order=order,
        currency=currency,
        amount_minor=0 if currency == OWN else amount_minor,
        entered_by=actor,
        entered_at=clock.now(),
    )
    words = OWN if currency == OWN else amount_of(amount_minor, currency)
    record(actor, "order.currency", order, paid=words)
    announce(PaymentStated(order.pk))
    return kept


def _refuse_others(order: WorkOrder, actor: User) -> None:
    if actor.sees_everything:
        return
    refuse_unless(
        order.settled_by_id in actor.units, "payment.unit",
        _("Headquarters or the unit that settles the order enters what it was paid in"),
    )  # fmt: skip
    active = order.settlements.filter(status=Settlement.Status.ACTIVE)
    refuse_unless(
        not active.exists(), "payment.settled",
        _("This order is settled: ask headquarters to correct what it was paid in"),
    )  # fmt: skip


@transaction.atomic
def settle_waiting(*, rate_id: int, after_id: int) -> int:
    """Settle the next orders that waited for a rate of this currency; announce the rest."""
    rate = ExchangeRate.objects.get(pk=rate_id)
    paid = ForeignPayment.objects.filter(currency=rate.currency)
    waiting = waiting_for_rates(paid).filter(pk__gt=after_id)
    found = list(waiting.order_by("pk").values_list("pk", "work_order_id")[:CHUNK])
    # Locked by their ids first, as everywhere: a recompute may be posting the same orders.
    locked_orders(order_id for _pk, order_id in found)
    for _pk, order_id in found:
        resettle_work_order(order_id=order_id)
    if len(found) == CHUNK:
        last = found[-1][0]
        announce(RateEntered(rate_id, last), key=f"rate:{rate_id}:{last}")
    return len(found)
