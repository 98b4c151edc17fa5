"""Correcting what a settled order was paid in another currency: a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused, refuse_unless
from common.formatting import yuan
from common.outbox import announce
from settlement.currencies.converting import counted_on
from settlement.currencies.keeping import check_payment, keep_payment
from settlement.engine.currency import OWN, amount_of
from settlement.engine.facts import restored
from settlement.events import SharedPaymentCorrected
from settlement.facts import paid_with, stake_of
from workorders.item_parts import orders_together
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from settlement.models import RecomputeRun, Settlement

PAYMENT = "payment"


def corrected_payment(
    settlement: Settlement, *, currency: str, minor: int, source: str
) -> dict[str, Any]:
    """Return what a run keeps of another payment: the engine's facts, and how to record it.

    `minor` is in the smaller units of the currency; for yuan the shop's order says the amount.
    Refused without a source, without a rate of the day, and where no payment counts.
    """
    refuse_unless(source.strip(), "fact.source", _("Say where this is known from"))
    order, facts = settlement.work_order, restored(settlement.facts)
    stake = stake_of(order)
    sentence = _("It was paid with work order %(number)s: correct the payment there")
    is_payer = stake.payer.pk == order.pk
    refuse_unless(is_payer, "payment.shared", sentence % {"number": stake.payer.number})
    check_payment(order, currency, minor)
    refuse_unless(
        not facts.empty_trip,
        "payment.empty_trip",
        _("The order ended without work: what was paid for the work does not count"),
    )
    abroad = None if currency == OWN else counted_on(currency, minor, settlement.done_on)
    if abroad is not None and not abroad.rate:
        words = {"currency": currency, "day": abroad.day}
        sentence = _("No rate of %(currency)s is known for %(day)s: enter it first")
        raise Refused("payment.no_rate", sentence % words)
    own = stake.of_foreign(abroad)
    return {
        "facts": {
            "paid_in": None if own is None else list(own),
            "paid_fen": paid_with(stake, facts.charged_fen or 0, own),
        },
        "kind": PAYMENT,
        "value": amount_of(minor, currency) if abroad else f"{OWN} {yuan(order.paid_fen)}",
        "source": source.strip()[:80],
        "currency": currency,
        "minor": minor,
    }


def write_payment(run: RecomputeRun) -> None:
    """Record a run's payment on its order, so that later settlements know it too."""
    if run.work_order_id is not None:
        asked = run.asked
        order = lock_order(run.work_order_id)
        keep_payment(order, asked["currency"], asked["minor"], run.started_by)
        if orders_together(order) != [order.pk]:
            announce(SharedPaymentCorrected(order.pk))
