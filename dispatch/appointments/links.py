"""The signed address under which a customer books, moves and cancels the visit of one order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.signing import BadSignature, SignatureExpired
from django.urls import reverse

from common.schema import current_schema
from common.signing import sign, unsign
from tenants.addresses import tenant_url
from tenants.models import Tenant
from workorders.charge_links import ConsentLink, link_picture
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from typing import Any

_PURPOSE = "appointment"
LINK_DAYS = 60
"""How long a link works after it was shown; showing it again gives a new one."""


class OpenedOrder(NamedTuple):
    """What an address leads to: an order, or why not."""

    order: WorkOrder | None
    is_expired: bool = False


def booking_token(order: WorkOrder) -> str:
    """Return the token of an order's appointment: worth nothing for another purpose or company."""
    return sign(_PURPOSE, [order.pk])


def booking_link(order: WorkOrder) -> ConsentLink:
    """Return the address to send to the customer, and the same as a picture."""
    host = tenant_url(Tenant.objects.get(schema_name=current_schema())).rstrip("/")
    url = host + reverse("dispatch-customer:booking", args=[booking_token(order)])
    return ConsentLink(url, link_picture(url))


def opened_order(token: str) -> OpenedOrder:
    """Return the order of a token; none for a token that is not ours or too old."""
    try:
        signed: list[Any] = unsign(_PURPOSE, token, max_age_s=LINK_DAYS * 86_400)
        pk = int(signed[0])
    except SignatureExpired:
        return OpenedOrder(None, is_expired=True)
    except (BadSignature, ValueError, TypeError, IndexError):
        return OpenedOrder(None)
    joined = WorkOrder.objects.select_related("item_version", "address", "site_region")
    return OpenedOrder(joined.filter(pk=pk).first())
