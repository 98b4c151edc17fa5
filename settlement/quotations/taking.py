"""An offer becomes an order: at its price, with its marks, its time and what was sold besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, See, refuse_unless
from common.formatting import day_text
from common.journal import record
from network.divisions import path
from network.selectors import region_chain
from settlement.engine.words import decimal
from settlement.models import Quotation, QuotationOrder
from settlement.quotations.asking import OWN_CHANNEL
from settlement.quotations.pricing import MATERIAL, ONE
from settlement.quotations.selectors import is_expired, taking_of
from workorders.models import ChargeCode
from workorders.selectors import first_work_order, visible_work_orders
from workorders.services.charges import keep_sold_charge
from workorders.services.effects import set_appointment
from workorders.services.entry import enter_order
from workorders.services.locking import lock_open_order

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import Region
    from settlement.models import QuotationLine
    from workorders.models import WorkOrder
    from workorders.services.entry import ManualOrder

WINDOW = timedelta(hours=2)
_CITY, _DIVISION = 4, 6


def refuse_unless_open(quotation: Quotation, *, actor: User) -> None:
    """Refuse an offer that no longer binds; Conflict when it became an order already."""
    if taken := taking_of(quotation):
        raise _taken(taken, actor)
    words = {"day": day_text(quotation.valid_until, today=clock.business_day())}
    refuse_unless(
        not is_expired(quotation),
        "quotation.expired",
        _("This offer was valid until %(day)s: quote again at today's prices") % words,
    )


def _taken(taken: QuotationOrder, actor: User) -> Conflict:
    """The sentence is for whoever sees the offer; the link for those who see the order, too."""
    number = taken.work_order.number
    words = {"name": taken.taken_by.display_name, "number": number}
    seen = visible_work_orders(actor=actor).filter(pk=taken.work_order_id).exists()
    url = reverse("workorders:order-detail", args=[number])
    see = See(_("Work order %(number)s") % words, url) if seen else None
    sentence = _("%(name)s was faster: this offer became work order %(number)s already")
    return Conflict("quotation.taken", sentence % words, see=see)


def open_offer(quotation_id: int, *, actor: User) -> Quotation:
    """Return an offer that still binds; Refused or Conflict as in `refuse_unless_open`."""
    joined = Quotation.objects.select_related("item_version__item", "region")
    quotation = joined.get(pk=quotation_id)
    refuse_unless_open(quotation, actor=actor)
    return quotation


@transaction.atomic
def take_quotation(*, quotation_id: int, entry: ManualOrder, actor: User) -> WorkOrder:
    """Enter the order of an offer: item, price and marks are the offer's, and stay so.

    What was offered binds: the order has the version of the item the offer was made with, also when
    there is a later one by now or the item was withdrawn. Refused for an expired offer, a site
    outside of its region and a shop's channel, whose order comes from there by itself; Conflict
    when it was taken.
    """
    quotation = open_offer(quotation_id, actor=actor)
    refuse_unless(
        quotation.channel == OWN_CHANNEL,
        "quotation.shop_channel",
        _("This offer is for a shop: name the number of the order there"),
    )
    offered = replace(entry, version=quotation.item_version)
    return bind(quotation, first_work_order(enter_order(entry=offered, actor=actor)), actor)


def bind(
    quotation: Quotation, order: WorkOrder, actor: User, *, charges_are_paid: bool = False
) -> WorkOrder:
    """Let an order be the one of an offer, with its time and what was sold besides.

    Charges by tariff are kept as sold; those paid together with the order nobody owes again. Refused
    for a site outside of the offer's region; Conflict when somebody else was faster.
    """
    _refuse_elsewhere(quotation, order)
    for line in sold_charges(quotation):
        keep_sold_charge(
            order_id=order.pk, code=line.code, quantity=max(1, line.quantity_milli // ONE),
            amount_fen=line.amount_fen, reason=quotation.number, actor=actor,
            is_paid=charges_are_paid,
        )  # fmt: skip
    order = lock_open_order(order.pk)
    starts_at = quotation.starts_at
    if starts_at is not None and starts_at > clock.now() and order.window_starts_at is None:
        ends_at = starts_at + WINDOW
        set_appointment(order, starts_at, ends_at, actor=actor, reason=quotation.number)
        order.save(update_fields=["window_starts_at", "window_ends_at"])
    _link(quotation, order, actor)
    record(actor, "quotation.taken", quotation, work_order=order.number)
    return order


def _link(quotation: Quotation, order: WorkOrder, actor: User) -> None:
    """Offers cannot be locked, since they never change: the link's uniqueness lets one win."""
    try:
        with transaction.atomic():
            QuotationOrder.objects.create(
                quotation=quotation, work_order=order, taken_by=actor, taken_at=clock.now()
            )
    except IntegrityError as error:
        if taken := taking_of(quotation):
            raise _taken(taken, actor) from error
        sentence = _("Somebody tied this order to another offer just now")
        raise Conflict("quotation.taken", sentence) from error


def sold_charges(quotation: Quotation) -> list[QuotationLine]:
    """Return the lines of an offer that are charges by tariff."""
    return [line for line in quotation.lines.all() if line.code in ChargeCode.values]


def order_price_fen(quotation: Quotation) -> int:
    """Return what the order itself costs: the offer without the charges that stand beside it."""
    return quotation.total_fen - sum(line.amount_fen for line in sold_charges(quotation))


def sold_materials(quotation: Quotation) -> str:
    """Name the materials sold beyond what the price contains, for those who do the work."""
    return _(", ").join(
        f"{line.label} {decimal(line.quantity_milli, ONE)} {line.unit}".strip()
        for line in quotation.lines.all()
        if line.code == MATERIAL
    )


def division_of(region: Region) -> str:
    """Return the narrowest division that holds the whole region, "" when none does."""
    for step in reversed(region_chain(region)):
        codes = sorted(step.divisions.values_list("code", flat=True))
        if not codes:
            continue
        same_city = len({code[:_CITY] for code in codes}) == 1
        code = codes[0] if len(codes) == 1 else codes[0][:_CITY].ljust(_DIVISION, "0")
        return code if (len(codes) == 1 or same_city) and path(code) else ""
    return ""


def _refuse_elsewhere(quotation: Quotation, order: WorkOrder) -> None:
    site = order.site_region
    if site is None:
        sentence = _("The address lies in no region of yours; the offer is for %(region)s")
        raise Refused("quotation.region", sentence % {"region": quotation.region.name})
    words = {"site": site.name, "region": quotation.region.name}
    refuse_unless(
        site.path.startswith(quotation.region.path),
        "quotation.region",
        _("The address lies in %(site)s, the offer is for %(region)s: quote again there") % words,
    )
