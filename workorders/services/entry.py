"""Orders that people enter: by hand one at a time, or from a file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.journal import record
from customers.receiver import clean_phone, is_phone
from customers.services.addresses import division_names
from network.divisions import path
from workorders.intake_facts import (
    Position,
    ReceiverFacts,
    ShopLineFacts,
    ShopOrderFacts,
    ShopOrderStatus,
)
from workorders.models import ShopOrder
from workorders.services.fates import Chosen
from workorders.services.intake import take_in
from workorders.services.opening import NO_MARKS, Marks, current_version

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from catalog.models import ServiceItem, ServiceItemVersion
    from network.models import OrgUnit

MANUAL = "manual"
IMPORTED = "import"
_LINE = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualOrder:
    """An order from anywhere else; `paid_fen` None means: the price list counts.

    `division_code` is that of a district or city; without it the address text is read. `number`
    is the order's number where it was sold, made up when empty. `version` is the item as it was
    sold, None: as it is now.
    """

    customer_name: str
    phone: str
    item: ServiceItem
    sold_by: OrgUnit
    detail: str
    division_code: str = ""
    quantity: int = 1
    paid_fen: int | None = None
    number: str = ""
    remark: str = ""
    site_note: str = ""
    position: Position | None = None
    placed_at: datetime | None = None
    marks: Marks = field(default=NO_MARKS)
    platform: str = MANUAL
    version: ServiceItemVersion | None = None


@transaction.atomic
def enter_order(*, entry: ManualOrder, actor: User) -> ShopOrder:
    """Take a typed order in and open its work order; returns the shop order.

    Raises Refused for an unusable phone, quantity or item, or a unit the actor does not see;
    Refused("order.entered") when this unit entered the number before.
    """
    _check(entry, actor)
    number = entry.number.strip() or _made_up_number()
    known = ShopOrder.objects.filter(
        platform=entry.platform, shop_key=entry.sold_by.code, number=number
    )
    refuse_unless(
        not known.exists(),
        "order.entered",
        _("Order %(number)s was entered before") % {"number": number},
    )
    version = entry.version or current_version(entry.item)
    if version is None:
        raise Refused("item.retired", _("This service item is not offered any more"))
    chosen = Chosen(entry.item.pk, version, price_included=entry.paid_fen is None)
    result = take_in(
        _facts(entry, number),
        sold_by=entry.sold_by,
        decided={_LINE: chosen},
        actor=actor,
        marks=entry.marks,
    )
    order = ShopOrder.objects.select_related("address").get(pk=result.order_id)
    if entry.site_note.strip():
        order.address.note = entry.site_note.strip()[:200]
        order.address.save(update_fields=["note"])
    record(
        actor,
        "order.entered",
        order,
        number=number,
        work_orders=result.opened,
        order_type=entry.marks.order_type,
    )
    return order


def _check(entry: ManualOrder, actor: User) -> None:
    refuse_unless(
        is_phone(clean_phone(entry.phone)),
        "phone.invalid",
        _("Enter a mobile number of 11 digits or a landline with area code"),
    )
    refuse_unless(
        1 <= entry.quantity <= 999, "quantity.invalid", _("The quantity must be 1 to 999")
    )
    refuse_unless(
        actor.sees_everything or entry.sold_by.pk in actor.units,
        "unit.not_yours",
        _("You may only enter orders for your own units"),
    )
    refuse_unless(
        entry.paid_fen is None or entry.paid_fen >= 0,
        "amount.negative",
        _("The paid amount cannot be negative"),
    )
    refuse_unless(
        not entry.division_code or path(entry.division_code),
        "address.division",
        _("Choose the city or district the address lies in"),
    )


def _made_up_number() -> str:
    return f"M{clock.china(clock.now()):%y%m%d%H%M%S}{secrets.randbelow(10_000):04d}"


def _facts(entry: ManualOrder, number: str) -> ShopOrderFacts:
    now = entry.placed_at or clock.now()
    paid_fen = entry.paid_fen or 0
    province, city, district = division_names(entry.division_code)
    receiver = ReceiverFacts(
        province=province,
        city=city,
        district=district,
        detail=entry.detail.strip(),
        name=entry.customer_name.strip(),
        phone=entry.phone,
        position=entry.position,
    )
    line = ShopLineFacts(
        line_id=_LINE,
        outer_item_id=entry.item.code,
        outer_sku_id="",
        title=entry.item.name,
        sku_text="",
        quantity=entry.quantity,
        paid_fen=paid_fen,
        is_service=True,
    )
    return ShopOrderFacts(
        platform=entry.platform,
        shop_id=entry.sold_by.code,
        order_number=number,
        status=ShopOrderStatus.PAID,
        raw_status="",
        created_at=now,
        modified_at=now,
        paid_at=now,
        paid_fen=paid_fen,
        post_fen=0,
        deposit_fen=0,
        buyer_ref="",
        receiver=receiver,
        lines=(line,),
        seller_memo=entry.remark,
        buyer_message="",
        version=int(now.timestamp()),
    )
