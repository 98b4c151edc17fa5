"""What this package shows on pages of lower ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from customers.models import Address
from workorders.listing import order_rows
from workorders.selectors import own_work_orders, visible_work_orders

if TYPE_CHECKING:
    from django.http import HttpRequest

    from customers.models import Customer

_MOST = 20


def address_place(request: HttpRequest, address: Address) -> SafeString:
    """Return the way to put an address that is not located on the map, through an order there."""
    if not request.user.is_authenticated or address.precision != Address.Precision.NONE:
        return mark_safe("")
    mine = own_work_orders(actor=request.user).filter(address=address)
    number = mine.order_by("-created_at", "-pk").values_list("number", flat=True).first()
    if number is None:
        return mark_safe("")
    words = {"url": reverse("workorders:site-place", args=[number]), "words": _("Place it")}
    return format_html('<a href="{url}">{words}</a>', **words)


def customer_orders(request: HttpRequest, customer: Customer) -> SafeString:
    """Return a customer's newest work orders that the reader may see."""
    if not request.user.is_authenticated:
        return mark_safe("")
    orders = visible_work_orders(actor=request.user).filter(customer=customer)
    rows = order_rows(list(orders.order_by("-created_at", "-pk")[:_MOST]))
    html = render_to_string("workorders/_customer_orders.html", {"rows": rows}, request=request)
    return mark_safe(html)  # noqa: S308 (a rendered template)
