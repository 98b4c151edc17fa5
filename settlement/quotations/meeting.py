"""An offer for a shop's channel meets the order that came from there; no second one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, Refused
from settlement.quotations.asking import CHANNELS
from settlement.quotations.taking import bind, open_offer
from workorders.selectors import own_work_orders
from workorders.services.editing import mark_order
from workorders.services.locking import lock_open_order
from workorders.services.opening import Marks

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import Quotation
    from workorders.models import WorkOrder


@transaction.atomic
def meet_shop_order(*, quotation_id: int, number: str, actor: User, shop: str = "") -> WorkOrder:
    """Bind an offer to the work order of the shop order with this number; return that.

    `shop` is the shop's key at its platform; without one the number has to be that of one shop.

    What the buyer paid stays what the shop says. The offer's marks, time and charges go over;
    who paid the whole offer in the shop owes no charge of it again, and the installer has their
    share of it all the same.
    Refused when no such order has come in, two shops have one, it holds no such service or that has
    ended; Conflict when the offer or the work order has been bound already.
    """
    quotation = open_offer(quotation_id, actor=actor)
    order = lock_open_order(_met(quotation, number.strip(), shop, actor).pk)
    marks = Marks(
        urgent=quotation.urgent,
        high_work=quotation.high_work,
        warehouse_direct=order.warehouse_direct,
        site_kind=quotation.site_kind,
        tags=tuple(order.tags),
    )
    order = mark_order(order_id=order.pk, marks=marks, actor=actor)
    paid_all = order.paid_fen >= quotation.total_fen
    return bind(quotation, order, actor, charges_are_paid=paid_all)


def _met(quotation: Quotation, number: str, shop: str, actor: User) -> WorkOrder:
    words = {
        "number": number,
        "channel": CHANNELS[quotation.channel],
        "item": quotation.item_version.name,
    }
    of_number = own_work_orders(actor=actor).filter(
        line__order__platform=quotation.channel, line__order__number=number
    )
    if shop:
        of_number = of_number.filter(line__order__shop_key=shop)
    elif of_number.values("line__order__shop_key").distinct().count() > 1:
        sentence = _("Two shops have an order %(number)s: choose the shop")
        raise Refused("quotation.which_shop", sentence % words)
    found = list(
        of_number.filter(item_version__item=quotation.item_version.item_id)
        .select_related("quotation_taken__quotation")
        .order_by("pk")
    )
    free = [order for order in found if not hasattr(order, "quotation_taken")]
    if free:
        return free[0]
    if found:
        sentence = _("Order %(number)s belongs to offer %(offer)s already")
        words["offer"] = found[0].quotation_taken.quotation.number
        raise Conflict("quotation.order_taken", sentence % words)
    if of_number.exists():
        sentence = _(
            "Order %(number)s holds no “%(item)s”: check the number, or quote what it holds"
        )
        raise Refused("quotation.other_item", sentence % words)
    sentence = _(
        "No order %(number)s has come from %(channel)s yet. Paid orders come within five minutes;"
        " check the number, or quote for the own channel."
    )
    raise Refused("quotation.not_come", sentence % words)
