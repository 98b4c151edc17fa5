"""What a field of a form holds before anybody fills it in: what the order knows already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workorders.sales import sale_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workorders.flow import Form
    from workorders.models import WorkOrder


def prefilled(order: WorkOrder, form: Form) -> dict[str, Any]:
    """Return what the order knows for the fields that ask for it, in the shape answers are stored."""
    known = {
        field.key: _PREFILLS[field.prefill](order)
        for field in form.fields
        if field.prefill in _PREFILLS
    }
    return {key: value for key, value in known.items() if value}


def _model(order: WorkOrder) -> str:
    line = order.line
    return " ".join(part for part in (line.title, line.sku_text) if part)[:200]


def _bought_on(order: WorkOrder) -> str:
    sale = sale_of(order)
    return "" if sale is None else sale.bought_on.isoformat()


def _warranty_until(order: WorkOrder) -> str:
    sale = sale_of(order)
    until = sale.warranty_until if sale else None
    return "" if until is None else until.isoformat()


def _customer(order: WorkOrder) -> str:
    return str(order.contact.name)


def _shop_number(order: WorkOrder) -> str:
    return str(order.line.order.number)


_PREFILLS: Mapping[str, Callable[[WorkOrder], str]] = {
    "product_model": _model,
    "purchased_on": _bought_on,
    "warranty_until": _warranty_until,
    "customer_name": _customer,
    "shop_number": _shop_number,
}
