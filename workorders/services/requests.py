"""Repair requests of customers without an account: taken in as orders of their own channel."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from common import clock
from common.errors import Gone, refuse_unless
from common.journal import record
from common.transactions import transactional
from customers.receiver import clean_phone, is_phone
from network.models import OrgUnit
from workorders.intake_facts import (
    ReceiverFacts,
    ShopLineFacts,
    ShopOrderFacts,
    ShopOrderStatus,
)
from workorders.models import RequestPhoto, ShopOrder, WorkOrder
from workorders.pictures import read_photo
from workorders.request_door import request_door
from workorders.services.fates import Chosen
from workorders.services.intake import take_in
from workorders.services.opening import Marks, current_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import ServiceItem

CHANNEL = "repair"
MOST_PHOTOS = 3
_LINE = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRequest:
    """What a customer wrote; `item` None: the office says which service it is.

    `sold_by` None: headquarters. `about` is the number of the work order a sticker belongs to.
    """

    name: str
    phone: str
    address: str
    product: str
    fault: str
    item: ServiceItem | None = None
    sold_by: OrgUnit | None = None
    about: str = ""


@transactional
def request_repair(*, asked: RepairRequest, photos: Sequence[File[Any]] = ()) -> ShopOrder:
    """Take a request in; returns its order, whose work order is open unless the item is unknown.

    Raises Gone with the company's words while its door is closed, Refused for a phone nobody can
    call, more than three photos, and as `read_photo`.
    """
    door = request_door()
    if not door.is_open:
        raise Gone("request.closed", door.hint or _("Repair requests are not taken at the moment"))
    refuse_unless(
        is_phone(clean_phone(asked.phone)),
        "phone.invalid",
        _("Enter a mobile number of 11 digits or a landline with area code"),
    )
    refuse_unless(
        len(photos) <= MOST_PHOTOS, "request.photos", _("Three photos at most; leave some out")
    )
    pictures = [read_photo(each) for each in photos]
    unit = asked.sold_by or OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)
    version = current_version(asked.item) if asked.item else None
    decided = {}
    if asked.item and version:
        decided[_LINE] = Chosen(asked.item.pk, version, price_included=True)
    marks = Marks(tags=(str(_("Reported by the customer"))[:20],))
    result = take_in(_facts(asked, unit), sold_by=unit, decided=decided, marks=marks)
    order = ShopOrder.objects.get(pk=result.order_id)
    if asked.about:
        order.about = WorkOrder.objects.filter(number=asked.about).first()
        order.save(update_fields=["about"])
    for picture in pictures:
        kept = RequestPhoto(order=order, sha256=picture.sha256, size_bytes=len(picture.content))
        kept.kept_at = clock.now()
        kept.file.save(f"request{picture.suffix}", ContentFile(picture.content), save=False)
        kept.save()
    record(None, "order.requested", order, number=order.number, work_orders=result.opened)
    return order


def _facts(asked: RepairRequest, unit: OrgUnit) -> ShopOrderFacts:
    now = clock.now()
    about = _("About work order %(number)s") % {"number": asked.about} if asked.about else ""
    line = ShopLineFacts(
        line_id=_LINE,
        outer_item_id=asked.item.code if asked.item else "",
        outer_sku_id="",
        title=asked.product.strip()
        or (asked.item.name if asked.item else asked.fault.strip()[:60]),
        sku_text="",
        quantity=1,
        paid_fen=0,
        is_service=True,
    )
    return ShopOrderFacts(
        platform=CHANNEL,
        shop_id=unit.code,
        order_number=f"R{clock.china(now):%y%m%d%H%M%S}{secrets.randbelow(10_000):04d}",
        status=ShopOrderStatus.PAID,
        raw_status="",
        created_at=now,
        modified_at=now,
        paid_at=now,
        paid_fen=0,
        post_fen=0,
        deposit_fen=0,
        buyer_ref="",
        receiver=ReceiverFacts(
            detail=asked.address.strip(), name=asked.name.strip(), phone=asked.phone
        ),
        lines=(line,),
        seller_memo=about,
        buyer_message=asked.fault.strip(),
        version=int(now.timestamp()),
    )
