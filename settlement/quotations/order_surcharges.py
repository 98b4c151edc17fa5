"""Which surcharges an order typed by hand would carry, were it offered first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from catalog.resolve import effective_item
from catalog.selectors import active_items
from common import clock
from network.selectors import region_for_division, visible_regions
from settlement.models import PriceSurcharge
from settlement.quotations.asking import Asked
from settlement.quotations.surcharging import surcharge_lines, surcharges_in_use
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from catalog.models import ServiceItem
    from network.models import Region

_UNNAMED = {
    PriceSurcharge.Occasion.NIGHT,
    PriceSurcharge.Occasion.DISTANCE,
    PriceSurcharge.Occasion.FLOOR,
}
"""What the form of an order does not ask: a row that needs it may count, too."""
MARKS = ("urgent", "high_work")


@dataclass(frozen=True, slots=True)
class WouldApply:
    """One surcharge that counts by what is typed, in fen."""

    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class OrderSurcharges:
    """What would count, what may count, and the way to an offer of the same job."""

    found: tuple[WouldApply, ...]
    may: tuple[str, ...]
    url: str


def order_surcharges(
    typed: Mapping[str, str], *, division_code: str, actor: User
) -> OrderSurcharges | None:
    """Return the surcharges of an order as typed so far; None before item and place are known."""
    item, region, rows = _item(typed), _region(division_code, actor), surcharges_in_use()
    if item is None or item.current is None or region is None or not rows:
        return None
    today, pieces = clock.business_day(), _pieces(typed)
    asked = Asked(
        item_version=item.current, region=region, planned_on=today, valid_until=today, vat_bp=0,
        quantity=pieces, urgent=bool(typed.get("urgent")), high_work=bool(typed.get("high_work")),
        site_kind=_site_kind(typed),
    )  # fmt: skip
    effective = effective_item(version=item.current, region=region, on=today)
    lines = surcharge_lines(asked, effective.list_price_fen * pieces, rows)
    return OrderSurcharges(
        tuple(WouldApply(row.name, line.amount_fen) for row, line in lines),
        tuple(row.name for row in rows if row.occasion in _UNNAMED),
        _address(typed, item=item.pk, region=region.pk),
    )


def _region(division_code: str, actor: User) -> Region | None:
    found = region_for_division(division_code) if division_code else None
    return visible_regions(actor=actor).filter(pk=found.pk).first() if found else None


def offer_url(typed: Mapping[str, str], *, division_code: str, actor: User) -> str:
    """Return the address of an offer of the job as typed so far: its item and region, once known."""
    item, region = _item(typed), _region(division_code, actor)
    known = {"item": item, "region": region}
    return _address(typed, **{name: one.pk for name, one in known.items() if one is not None})


def _item(typed: Mapping[str, str]) -> ServiceItem | None:
    chosen = typed.get("item", "")
    return active_items().filter(pk=chosen).first() if _is_number(chosen) else None


def _pieces(typed: Mapping[str, str]) -> int:
    quantity = typed.get("quantity", "")
    return int(quantity) if _is_number(quantity) and 1 <= int(quantity) <= 999 else 1


def _site_kind(typed: Mapping[str, str]) -> str:
    site_kind = typed.get("site_kind", "")
    return site_kind if site_kind in WorkOrder.SiteKind.values else "urban"


def _address(typed: Mapping[str, str], **known: int) -> str:
    # Addresses are kept in logs and histories: nothing that says whose job it is goes into one.
    facts = {**known, "quantity": _pieces(typed), "site_kind": _site_kind(typed)}
    marks = {name: "on" for name in MARKS if typed.get(name)}
    return f"{reverse('settlement:quotation-new')}?{urlencode(facts | marks)}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
