"""The only bridge from work orders to the engine: everything a rule may look at, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import holidays
from catalog.resolve import effective_item

from common import clock
from network.geo import haversine_m
from network.models import OrgUnit, Region
from network.selectors import region_chain
from settlement.engine.facts import JobFacts, MaterialUse, VisitPart
from workorders.models import SiteFact, WorkOrder

if TYPE_CHECKING:
    from accounts.models import Installer

# Roads are longer than the straight line; a tenant's own factor by city comes with trip data.
ROAD_NUM, ROAD_DEN = 13, 10
_SEASONS = ("winter", "spring", "summer", "autumn")
_PUBLIC = holidays.country_holidays("CN")
_TRUE = frozenset({"yes", "true", "1"})


def job_facts(*, order: WorkOrder, installer: Installer) -> JobFacts:
    """Return the facts of a completed order as they are recorded now."""
    completed_at = order.completed_at or clock.now()
    done_on = clock.business_day(completed_at)
    recorded = _recorded(order)
    return replace(
        _order_facts(order, done_on, recorded),
        **_installer_facts(order, installer, done_on),
        visits=_visit_parts(order.started_at or completed_at, completed_at),
        materials=tuple(
            MaterialUse(used.material.code, used.quantity_milli, used.unit_price_fen)
            for used in order.materials_used.select_related("material").order_by("pk")
        ),
        stages=_stages(order),
        reschedule_count=order.appointments.filter(superseded=True).count(),
        installer_month_orders=_month_orders(order, installer, done_on),
    )


def estimate_facts(
    *, order: WorkOrder, installers: Iterable[Installer]
) -> Iterator[tuple[Installer, JobFacts]]:
    """Yield each installer with the facts as they can be foreseen: standard materials, no rating change."""
    day = clock.business_day(order.window_starts_at)
    recorded = _recorded(order)
    shared = replace(
        _order_facts(order, day, recorded),
        visits=_planned_visit(order),
        materials=_planned_materials(order, day),
        stages=("completed",),
        reschedule_count=0,
    )
    for installer in installers:
        yield (
            installer,
            replace(
                shared,
                **_installer_facts(order, installer, day),
                installer_month_orders=0,
            ),
        )


def facts_document(facts: JobFacts) -> dict[str, Any]:
    """Return the facts as JSON values, to be stored beside what was computed from them."""
    return asdict(facts)


def _order_facts(order: WorkOrder, day: date, recorded: dict[str, SiteFact]) -> JobFacts:
    chain = region_chain(order.site_region) if order.site_region else []
    item = order.item_version.item
    rain = recorded.get("rain")
    return JobFacts(
        done_on=day.isoformat(),
        month=day.month,
        season=_SEASONS[day.month % 12 // 3],
        service_item=item.code,
        category=item.category,
        quantity=order.quantity,
        city=_code_of(chain, Region.Level.CITY),
        city_level=_inherited(chain, "city_level"),
        price_band=_whole(_inherited(chain, "price_band")),
        cost_level=_whole(_inherited(chain, "cost_level")),
        region=chain[0].code if chain else None,
        region_path=tuple(step.code for step in chain) or None,
        branch=order.settled_by.code if order.settled_by else None,
        channel=order.line.order.platform,
        customer_level=order.customer.member_level or "normal",
        site_kind=order.site_kind,
        warehouse_direct=order.warehouse_direct,
        rain=_flag(rain),
        rain_source=f"{rain.source} {rain.observed_at:%FT%RZ}" if rain else None,
        urgent=order.urgent,
        high_work=order.high_work,
        floor=_whole(_value(recorded, "floor")),
        rework=order.rework_of_id is not None,
        fault_own=_flag(recorded.get("fault_own")),
        field_days=_whole(_value(recorded, "field_days")) or 0,
        paid_fen=_revenue_fen(order, day),
    )


def _installer_facts(order: WorkOrder, installer: Installer, day: date) -> dict[str, Any]:
    outlet = installer.outlet
    metres = _distance_m(order, installer)
    return {
        "outlet": outlet.code,
        "home_branch": _home_branch(outlet),
        "grade": installer.grade.code,
        "certificates": tuple(
            sorted(c.code for c in installer.certifications.all() if c.valid_until >= day)
        ),
        "rating_x10": installer.rating_x10,
        "distance_m": metres,
        "distance_estimated": order.address.precision != "exact",
    }


def _home_branch(outlet: OrgUnit) -> str | None:
    step: OrgUnit | None = outlet
    while step is not None and step.kind not in {OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ}:
        step = step.parent
    return step.code if step else None


def _distance_m(order: WorkOrder, installer: Installer) -> int | None:
    if order.distance_m is not None and order.installer_id == installer.pk:
        return order.distance_m
    base, site = installer.outlet, order.address
    if base.lon is None or base.lat is None or site.lon is None or site.lat is None:
        return None
    straight = haversine_m((float(base.lon), float(base.lat)), (float(site.lon), float(site.lat)))
    return straight * ROAD_NUM // ROAD_DEN


def _revenue_fen(order: WorkOrder, day: date) -> int:
    """What the customer paid for the service, or the price list where the goods include it."""
    if not order.price_included:
        return order.paid_fen - order.line.refunded_fen
    effective = effective_item(version=order.item_version, region=order.site_region, on=day)
    return effective.list_price_fen * order.quantity


def _recorded(order: WorkOrder) -> dict[str, SiteFact]:
    """The latest record of each kind of fact."""
    return {fact.kind: fact for fact in order.facts.order_by("observed_at", "pk")}


def _value(recorded: dict[str, SiteFact], kind: str) -> str | None:
    fact = recorded.get(kind)
    return fact.value if fact else None


def _flag(fact: SiteFact | None) -> bool:
    return fact is not None and fact.value in _TRUE


def _whole(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None


def _code_of(chain: list[Region], level: str) -> str | None:
    return next((step.code for step in chain if step.level == level), None)


def _inherited(chain: list[Region], field: str) -> str | None:
    return next((getattr(step, field) for step in reversed(chain) if getattr(step, field)), None)


def _stages(order: WorkOrder) -> tuple[str, ...]:
    followed = hasattr(order, "follow_up") and order.follow_up.passed
    return ("completed", "followed_up") if followed else ("completed",)


def _month_orders(order: WorkOrder, installer: Installer, day: date) -> int:
    """This installer's orders of the calendar month done before this one, without rework."""
    start, _end = clock.day_span(day.replace(day=1))
    done = WorkOrder.objects.filter(
        installer=installer, rework_of=None, completed_at__gte=start,
        completed_at__lte=order.completed_at or clock.now(),
    )  # fmt: skip
    return done.exclude(pk=order.pk).count() + (1 if order.rework_of_id is None else 0)


def _planned_visit(order: WorkOrder) -> tuple[VisitPart, ...] | None:
    if order.window_starts_at is None:
        return None
    minutes = order.item_version.labor_minutes * order.quantity
    return _visit_parts(order.window_starts_at, order.window_starts_at + timedelta(minutes=minutes))


def _planned_materials(order: WorkOrder, day: date) -> tuple[MaterialUse, ...]:
    effective = effective_item(version=order.item_version, region=order.site_region, on=day)
    return tuple(
        MaterialUse(
            material.code, material.quantity_milli * order.quantity, material.unit_price_fen
        )
        for material in effective.materials
    )


def _visit_parts(start: datetime, end: datetime) -> tuple[VisitPart, ...]:
    """Split a visit at China's midnights; a visit of no length counts as one minute."""
    begin, finish = clock.china(start), clock.china(max(end, start + timedelta(minutes=1)))
    parts: list[VisitPart] = []
    while begin < finish:
        midnight = datetime.combine(
            begin.date() + timedelta(days=1), datetime.min.time(), clock.CHINA
        )
        stop = min(finish, midnight)
        day = begin.date()
        begin_min = begin.hour * 60 + begin.minute
        length = max(1, int((stop - begin).total_seconds()) // 60)
        parts.append(
            VisitPart(
                day.isoformat(),
                day.isoweekday(),
                _day_kind(day),
                begin_min,
                min(1440, begin_min + length),
            )
        )
        begin = stop
    return tuple(parts)


def _day_kind(day: date) -> str:
    if day in _PUBLIC:
        return "holiday"
    return "rest" if day.isoweekday() >= 6 else "workday"
