"""What no customer can be offered: less than nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.formatting import money
from settlement.engine.words import percent
from settlement.models import PriceSurcharge

if TYPE_CHECKING:
    from settlement.quotations.pricing import Priced

WHOLE_BP = 10_000
LONGEST_KM = 500
HIGHEST_FLOOR = 200


def unofferable(priced: Priced) -> str:
    """Say why a price cannot be offered, "" where it can.

    An order is entered at the offer without its charges by tariff, which stand beside it: that part
    may come to nothing, but not to less.
    """
    if priced.order_fen < 0:
        taken = _(", ").join(
            f"{line.label} {money(line.amount_fen)}" for line in priced.lines if line.amount_fen < 0
        )
        sentence = _(
            "The discounts take off more than the job costs (%(discounts)s): %(left)s would be left."
            " Leave one out with a reason, or let headquarters change these surcharges."
        )
        return sentence % {"discounts": taken, "left": money(priced.order_fen)}
    if priced.total_fen <= 0:
        return _("The price comes to nothing; check the lines")
    return ""


def impossible_row(row: PriceSurcharge) -> str:
    """Say why a surcharge alone takes off more than a whole price, "" where it does not."""
    if not (row.is_rate and row.is_stepped and row.rate_bp < 0):
        return ""
    far = row.occasion == PriceSurcharge.Occasion.DISTANCE
    reached = LONGEST_KM if far else HIGHEST_FLOOR
    steps = min(row.most, max(0, -(-(reached - row.free) // row.step)))
    if row.rate_bp * steps >= -WHOLE_BP:
        return ""
    sentence = (
        _("At %(reached)s km this takes off %(percent)s of the price; a discount ends at 100%%")
        if far
        else _(
            "At floor %(reached)s this takes off %(percent)s of the price; a discount ends at 100%%"
        )
    )
    return sentence % {"reached": reached, "percent": percent(-row.rate_bp * steps, WHOLE_BP)}
