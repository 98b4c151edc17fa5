"""What an order, its shop and its site say to the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from catalog.resolve import EffectiveItem, effective_item
from common import clock
from network.geofences import geofences_around
from network.models import Region
from network.selectors import region_chain
from settlement.credit import credited
from settlement.currencies.converting import paid_in
from settlement.engine.currency import PaidIn, paid_fen_of
from settlement.engine.facts import (
    JobFacts,
)
from workorders.charges import customer_owes_fen
from workorders.facts import ENDED_EMPTY, FactValue, read_value
from workorders.models import SiteFact, WorkOrder

if TYPE_CHECKING:
    from datetime import date

    from settlement.facts.parts import Stake

from settlement.facts.parts import stake_of
from settlement.facts.places import day_facts, place_facts


def effective_of(order: WorkOrder, day: date, region: Region | None = None) -> EffectiveItem:
    """The item as the site's regions have it, or another region's; of finished work as then."""
    return effective_item(
        version=order.item_version,
        region=region or order.site_region,
        on=day,
        as_of=order.completed_at or order.cancelled_at,
    )


def order_facts(order: WorkOrder, day: date, effective: EffectiveItem) -> JobFacts:
    chain = region_chain(order.site_region) if order.site_region else ()
    item = order.item_version.item
    rows = {row.kind: row for row in order.facts.order_by("observed_at", "pk")}
    recorded = {kind: read_value(kind, row.value) for kind, row in rows.items()}
    empty, charged_fen = _flag(recorded, ENDED_EMPTY), customer_owes_fen(order)
    credit = credited(order, recorded.get("clerk"))
    stake = stake_of(order)
    is_listed = stake.payer.price_included
    abroad = None if empty or is_listed else stake.of_foreign(paid_in(stake.payer, day))
    return JobFacts(
        **day_facts(day),
        **place_facts(chain, day),
        service_item=item.code,
        category=item.category,
        quantity=order.quantity,
        branch=order.settled_by.code if order.settled_by else None,
        channel=order.line.order.platform,
        customer_level=order.customer.member_level or "normal",
        site_kind=order.site_kind,
        warehouse_direct=order.warehouse_direct,
        rain=_flag(recorded, "rain"),
        rain_source=_source(rows.get("rain")),
        quote_fen=_number(recorded, "quote_fen") or 0,
        near=geofences_around(order.address.lon, order.address.lat),
        tags=tuple(sorted(order.tags)),
        seller=order.sold_by.code,
        seller_kind=order.sold_by.kind,
        clerk=credit.clerk,
        repurchase=credit.earlier,
        area_month_orders=_area_orders(order, chain, day),
        urgent=order.urgent,
        night=_flag(recorded, "night") if "night" in recorded else None,
        high_work=order.high_work,
        floor=_number(recorded, "floor"),
        rework=order.rework_of_id is not None,
        fault_own=_own_fault(order, recorded),
        fault_first=_flag(recorded, "fault_first"),
        field_days=_number(recorded, "field_days") or 0,
        charged_fen=charged_fen,
        empty_trip=empty,
        # Nobody's money is earned by a trip: what was paid for the work goes back or to the next one.
        paid_fen=_paid(stake, charged_fen, effective, empty=empty, abroad=abroad),
        paid_in=abroad,
        item_part=stake.work,
    )


def facts_of_region(
    order: WorkOrder, region: Region, day: date, settled: JobFacts
) -> dict[str, Any]:
    """Return the facts of a settled order that follow from the region of its site, had it been this.

    Where the goods include the service, what it is worth is the list price of that region.
    """
    chain = region_chain(region)
    found = place_facts(chain, day) | {
        "near": geofences_around(order.address.lon, order.address.lat),
        "area_month_orders": _area_orders(order, chain, day),
    }
    stake = stake_of(order)
    if stake.payer.price_included and not settled.empty_trip:
        effective = effective_of(order, day, region=region)
        found["paid_fen"] = _paid(
            stake, settled.charged_fen or 0, effective, empty=False, abroad=None
        )
    return found


def _paid(
    stake: Stake, charged_fen: int, effective: EffectiveItem, *, empty: bool,
    abroad: PaidIn | None,
) -> int | None:  # fmt: skip
    """What customers paid in all; None while the rate of another currency is missing."""
    if empty:
        return charged_fen
    if stake.payer.price_included:
        return charged_fen + stake.of_payment(revenue_fen(stake.payer, effective.list_price_fen))
    return paid_with(stake, charged_fen, abroad)


def paid_with(stake: Stake, charged_fen: int, abroad: PaidIn | None) -> int | None:
    """Return what an order has of all that customers paid, when it was paid so (None: in yuan); fen.

    None while the rate of another currency is missing.
    """
    payer = stake.payer
    if abroad is None:
        return charged_fen + stake.of_payment(payer.paid_fen - payer.line.refunded_fen)
    fen = paid_fen_of(abroad)
    back = stake.of_payment(payer.line.refunded_fen)
    return None if fen is None else charged_fen + fen - back


def revenue_fen(order: WorkOrder, list_price_fen: int) -> int:
    """What the customer paid for the service, or the price list where the goods include it."""
    if order.price_included:
        return list_price_fen * order.quantity
    return order.paid_fen - order.line.refunded_fen


def _source(fact: SiteFact | None) -> str | None:
    return f"{fact.source} {clock.china(fact.observed_at):%F %R}" if fact else None


def _flag(recorded: dict[str, FactValue], kind: str) -> bool:
    return recorded.get(kind) is True


def _own_fault(order: WorkOrder, recorded: dict[str, FactValue]) -> bool:
    """As recorded; unless somebody says otherwise, whoever repeats their own work is not paid twice."""
    if "fault_own" in recorded or order.rework_of is None:
        return _flag(recorded, "fault_own")
    return order.rework_of.installer_id == order.installer_id


def _number(recorded: dict[str, FactValue], kind: str) -> int | None:
    return int(recorded[kind]) if kind in recorded else None


def _area_orders(order: WorkOrder, chain: Sequence[Region], day: date) -> int | None:
    """Orders completed in the site's business area this calendar month; None outside of one."""
    area = next((step for step in chain if step.level == Region.Level.BUSINESS_AREA), None)
    if area is None:
        return None
    start, _end = clock.day_span(day.replace(day=1))
    until = order.completed_at or clock.now()
    done = WorkOrder.objects.filter(
        site_region=area, completed_at__gte=start, completed_at__lte=until
    )
    return done.exclude(pk=order.pk).count() + 1
