"""What this package shows on pages of lower ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from workorders.listing import order_rows
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from django.http import HttpRequest

    from customers.models import Customer

_MOST = 20


def customer_orders(request: HttpRequest, customer: Customer) -> SafeString:
    """Return a customer's newest work orders that the reader may see."""
    if not request.user.is_authenticated:
        return mark_safe("")
    orders = visible_work_orders(actor=request.user).filter(customer=customer)
    rows = order_rows(list(orders.order_by("-created_at", "-pk")[:_MOST]))
    html = render_to_string("workorders/_customer_orders.html", {"rows": rows}, request=request)
    return mark_safe(html)  # noqa: S308 (a rendered template)
