"""Entering a rate or what an order was paid in; nothing is changed, a new row counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from settlement.currencies.converting import last_payment
from settlement.currencies.events import PaymentStated, RateEntered
from settlement.currencies.outdated import paid_abroad
from settlement.currencies.selectors import far_from, far_words, stated_words
from settlement.engine.currency import DECIMALS, OWN
from settlement.models import ExchangeRate, ForeignPayment
from settlement.services.settling import active_settlement, locked_orders, resettle_work_order
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from accounts.models import User
    from workorders.models import WorkOrder

CHUNK = 100


@transaction.atomic
def enter_rate(
    *, currency: str, day: date, rate: Decimal, source: str, actor: User, confirmed: bool = False
) -> ExchangeRate:
    """Keep a rate; one of the same day corrects it. What waited for it is settled afterwards.

    Orders settled at another rate keep theirs: to change them is a recompute people decide on.
    Refused unless the actor sees the whole company, whose rates these are, for a day to come, and
    for a rate far from the last one that nobody has `confirmed`.
    """
    refuse_unless(
        actor.sees_everything, "rate.headquarters", _("Only headquarters keeps exchange rates")
    )
    if currency not in DECIMALS:
        raise Refused("rate.currency", _("Choose a currency"))
    if day > clock.business_day():
        raise Refused("rate.day", _("Rates are for days up to today: one to come is not known yet"))
    refuse_unless(rate > 0, "rate.positive", _("A rate is above 0"))
    said = " ".join(source.split())[:80]
    refuse_unless(said, "rate.source", _("Say where the rate was published"))
    last = far_from(currency, day, rate)
    if last is not None and not confirmed:
        raise Refused("rate.far", far_words(rate, last))
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
    *, order_id: int, currency: str, amount_minor: int, actor: User, seen: int = 0
) -> ForeignPayment:
    """Keep what an order that is not settled was paid in; it counts at the rate of its day.

    `seen` is the id of what was said last, as the actor read it; 0: nothing. Conflict when somebody
    has said something else since. Refused outside headquarters and the unit that settles the
    order, and once it is settled: then it is a correction a second person approves.
    """
    order = lock_order(order_id)
    refuse_unless(
        actor.sees_everything or order.settled_by_id in actor.units, "payment.unit",
        _("Headquarters or the unit that settles the order enters what it was paid in"),
    )  # fmt: skip
    check_payment(order, currency, amount_minor)
    refuse_unless(
        active_settlement(order) is None, "payment.settled",
        _(
            "This order is settled: what it was paid is now a correction that headquarters proposes"
            " and a second person approves"
        ),
    )  # fmt: skip
    _refuse_unseen(order, seen)
    kept = keep_payment(order, currency, amount_minor, actor)
    announce(PaymentStated(order.pk))
    return kept


def check_payment(order: WorkOrder, currency: str, amount_minor: int) -> None:
    """Refuse what no order can have been paid, and what changes nothing."""
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
    last = last_payment(order)
    refuse_unless(
        currency != OWN or (last is not None and last.currency != OWN),
        "payment.yuan",
        _("The order counts as paid in yuan already"),
    )


def keep_payment(order: WorkOrder, currency: str, amount_minor: int, actor: User) -> ForeignPayment:
    """Write down what a locked order was paid in; whoever calls sees to its money."""
    kept = ForeignPayment.objects.create(
        work_order=order,
        currency=currency,
        amount_minor=0 if currency == OWN else amount_minor,
        entered_by=actor,
        entered_at=clock.now(),
    )
    record(actor, "order.currency", order, paid=f"{currency} {kept.amount_minor}")
    return kept


def _refuse_unseen(order: WorkOrder, seen: int) -> None:
    last = last_payment(order)
    if last is None or last.pk == seen:
        return
    words = {"who": last.entered_by.display_name, "paid": stated_words(last)}
    sentence = _("%(who)s has said meanwhile: %(paid)s. If that is wrong, send yours once more.")
    raise Conflict("payment.other", sentence % words)


@transaction.atomic
def settle_waiting(*, rate_id: int, after_id: int) -> int:
    """Settle the next orders that waited for a rate of this currency; announce the rest."""
    rate = ExchangeRate.objects.get(pk=rate_id)
    waiting = paid_abroad(with_rate=False).filter(facts__paid_in__0=rate.currency)
    found = list(
        waiting.filter(pk__gt=after_id).order_by("pk").values_list("pk", "work_order_id")[:CHUNK]
    )
    # Locked by their ids first, as everywhere: a recompute may be posting the same orders.
    locked_orders(order_id for _pk, order_id in found)
    for _pk, order_id in found:
        resettle_work_order(order_id=order_id)
    if len(found) == CHUNK:
        last = found[-1][0]
        announce(RateEntered(rate_id, last), key=f"rate:{rate_id}:{last}")
    return len(found)
