"""The only bridge from work orders to the engine: everything a rule may look at, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects

from catalog.resolve import EffectiveItem, effective_item
from common import clock
from common.remembering import remembered
from network.geofences import geofences_around
from network.models import OrgUnit, PlaceFact, Region
from network.place_facts import known_for
from network.selectors import region_chain
from settlement.credit import credited
from settlement.currencies.converting import paid_in
from settlement.engine.currency import PaidIn, paid_fen_of
from settlement.engine.facts import (
    ChargeUse,
    Code,
    JobFacts,
    Mate,
    MaterialUse,
    code_value,
    restored,
)
from settlement.models import Settlement
from settlement.visits import is_night, planned_visit, visit_parts
from workorders.charges import confirmed_charges, customer_owes_fen
from workorders.crew import foreseen_parts, parts_of, record_of
from workorders.facts import ENDED_EMPTY, FactValue, read_value
from workorders.flow import Meaning
from workorders.models import FollowUp, SiteFact, WorkOrder
from workorders.places import road_metres

if TYPE_CHECKING:
    from datetime import date, timedelta

    from accounts.models import Installer
    from workorders.crew import Part

_OF_THE_ORDER = (
    "quantity", "paid_fen", "materials", "stages", "rain", "rain_source", "night", "floor",
    "fault_own", "fault_first", "rework", "field_days", "urgent", "high_work", "warehouse_direct", "site_kind", "tags",
    "clerk", "repurchase", "review_x10", "quote_fen", "charges", "charged_fen", "empty_trip",
    "first_crew", "paid_in",
)  # fmt: skip
"""What may still change of an order after its completion, and then changes its money."""
_AS_OF_THEN = ("rating_x10", "crew")
_SEASONS = ("winter", "spring", "summer", "autumn")


def job_facts(*, order: WorkOrder, installer: Installer) -> JobFacts:
    """Return the facts of a completed order as they are recorded now; about ten queries."""
    completed_at = order.completed_at or clock.now()
    started_at = min(order.started_at or completed_at, completed_at)
    day = clock.business_day(completed_at)
    shared = _order_facts(order, day, _effective(order, day))
    return replace(
        shared,
        **_installer_facts(order, installer, day, _payers()),
        visits=visit_parts(started_at, completed_at),
        work_min=_minutes(completed_at - started_at),
        checkin_m=_checked_in(order, installer),
        review_x10=_review(order),
        response_min=_minutes(started_at - order.assigned_at) if order.assigned_at else None,
        delay_min=_minutes(started_at - order.window_ends_at) if order.window_ends_at else 0,
        night=is_night(started_at) if shared.night is None else shared.night,
        materials=_materials_used(order),
        charges=_charges(order),
        stages=_stages(order),
        reschedule_count=order.appointments.filter(superseded=True).count(),
        installer_month_orders=_month_orders(order, installer, day),
        crew=crew_of(parts_of(order)),
        first_crew=_first_crew(order),
    )


def crew_of(parts: Sequence[Part]) -> tuple[Mate, ...] | None:
    """Return who shares the installer's part of an order, None where one person has all of it."""
    if len(parts) < 2:
        return None
    return tuple(Mate(part.installer_id, part.steps, part.minutes, part.share_bp) for part in parts)


def _first_crew(order: WorkOrder) -> tuple[Mate, ...] | None:
    """Return who shares what is taken back of the job done again: those who shared its pay."""
    first = order.rework_of
    if first is None:
        return None
    paid = Settlement.objects.filter(work_order=first, status=Settlement.Status.ACTIVE)
    settled = paid.values_list("facts", flat=True).first()
    return crew_of(parts_of(first)) if settled is None else restored(settled).crew


def facts_again(settled: JobFacts, now: JobFacts) -> JobFacts:
    """Return the facts an order is settled anew with: those of then, and what since changed on it.

    An installer promoted or an outlet moved after the work was done changes nothing of its money;
    what nobody knew then counts as it is known now, except a rating that was not there yet. Who
    shares the work stays as it was settled: changing that is a proposal people decide on.
    """
    then = {each.name: getattr(settled, each.name) for each in fields(settled) if each.init}
    kept = {name: value for name, value in then.items() if value is not None or name in _AS_OF_THEN}
    return replace(now, **(kept | {name: getattr(now, name) for name in _OF_THE_ORDER}))


def estimate_facts(
    *, order: WorkOrder, installers: Iterable[Installer]
) -> Iterator[tuple[Installer, JobFacts]]:
    """Yield each installer with the facts as they can be foreseen; a fixed number of queries.

    Foreseen are standard materials and minutes from the start of the window. Without a window the
    working time stays unknown, and lines that depend on it provisional.
    """
    starts_at = order.window_starts_at
    day = clock.business_day(starts_at)
    effective = _effective(order, day)
    shared = _order_facts(order, day, effective)
    if shared.night is None and starts_at is not None:
        shared = replace(shared, night=is_night(starts_at))
    shared = replace(
        shared,
        visits=planned_visit(starts_at, effective.labor_minutes * order.quantity),
        materials=tuple(
            MaterialUse(need.code, need.quantity_milli * order.quantity, need.unit_price_fen)
            for need in effective.materials
        ),
        stages=("completed",),
        work_min=effective.labor_minutes * order.quantity,
        delay_min=0,
        reschedule_count=0,
        installer_month_orders=0,
    )
    record = record_of(order)
    people = list(installers)
    prefetch_related_objects(people, "certifications", "outlet", "grade")
    payers = _payers()
    for installer in people:
        crew = crew_of(foreseen_parts(order, lead_id=installer.pk, record=record))
        facts = _installer_facts(order, installer, day, payers)
        yield installer, replace(shared, **facts, crew=crew)


def _effective(order: WorkOrder, day: date) -> EffectiveItem:
    return effective_item(version=order.item_version, region=order.site_region, on=day)


def _order_facts(order: WorkOrder, day: date, effective: EffectiveItem) -> JobFacts:
    chain = region_chain(order.site_region) if order.site_region else ()
    item = order.item_version.item
    rows = {row.kind: row for row in order.facts.order_by("observed_at", "pk")}
    recorded = {kind: read_value(kind, row.value) for kind, row in rows.items()}
    empty, charged_fen = _flag(recorded, ENDED_EMPTY), customer_owes_fen(order)
    credit = credited(order, recorded.get("clerk"))
    abroad = None if empty or order.price_included else paid_in(order, day)
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
        paid_fen=_paid(order, charged_fen, effective, empty=empty, abroad=abroad),
        paid_in=abroad,
    )


def day_facts(day: date) -> dict[str, Any]:
    """Return the facts that follow from the day a job is done."""
    return {
        "done_on": day.isoformat(),
        "month": day.month,
        "season": _SEASONS[day.month % 12 // 3],
    }


def place_facts(chain: Sequence[Region], day: date) -> dict[str, Any]:
    """Return the facts that follow from the regions of a site, the widest first."""
    fuel = known_for(PlaceFact.Kind.FUEL_CHANGE, chain, day)
    return {
        "city": _code_of(chain, Region.Level.CITY),
        "city_level": _inherited(chain, "city_level"),
        "price_band": _code(_inherited(chain, "price_band")),
        "cost_level": _code(_inherited(chain, "cost_level")),
        "region": chain[-1].code if chain else None,
        "region_path": tuple(step.code for step in chain) or None,
        "fuel_change_bp": fuel.value if fuel else 0,
        "fuel_source": f"{fuel.source} {fuel.from_day}" if fuel else None,
    }


def _paid(
    order: WorkOrder, charged_fen: int, effective: EffectiveItem, *, empty: bool,
    abroad: PaidIn | None,
) -> int | None:  # fmt: skip
    """What customers paid in all; None while the rate of another currency is missing."""
    if empty:
        return charged_fen
    if abroad is None:
        return charged_fen + revenue_fen(order, effective.list_price_fen)
    fen = paid_fen_of(abroad)
    return None if fen is None else charged_fen + fen - order.line.refunded_fen


def revenue_fen(order: WorkOrder, list_price_fen: int) -> int:
    """What the customer paid for the service, or the price list where the goods include it."""
    if order.price_included:
        return list_price_fen * order.quantity
    return order.paid_fen - order.line.refunded_fen


def _installer_facts(
    order: WorkOrder, installer: Installer, day: date, payers: dict[int, str]
) -> dict[str, Any]:
    outlet = installer.outlet
    measured = order.installer_id == installer.pk and order.distance_m is not None
    above = [int(part) for part in outlet.path.split(".") if part]
    return {
        "outlet": outlet.code,
        "home_branch": next((payers[pk] for pk in reversed(above) if pk in payers), None),
        "grade": installer.grade.code,
        "certificates": tuple(
            sorted(c.code for c in installer.certifications.all() if c.valid_until >= day)
        ),
        "rating_x10": installer.rating_x10,
        "distance_m": order.distance_m if measured else road_metres(outlet, order.address),
        "distance_estimated": order.address.precision != order.address.Precision.EXACT,
    }


@remembered(lambda: ())
def _payers() -> dict[int, str]:
    """Codes of branches and headquarters by id: an installer belongs to the nearest above."""
    kinds = [OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ]
    return dict(OrgUnit.objects.filter(kind__in=kinds).values_list("pk", "code"))


def _materials_used(order: WorkOrder) -> tuple[MaterialUse, ...]:
    return tuple(
        MaterialUse(used.material.code, used.quantity_milli, used.unit_price_fen)
        for used in order.materials_used.select_related("material").order_by("pk")
    )


def _charges(order: WorkOrder) -> tuple[ChargeUse, ...]:
    return tuple(
        ChargeUse(row.code, row.amount_fen, row.installer_bp, row.photo_id or 0)
        for row in confirmed_charges(order)
    )


def _stages(order: WorkOrder) -> tuple[str, ...]:
    done = order.meaning == Meaning.DONE.value
    return ("completed", "followed_up") if done else ("completed",)


def _month_orders(order: WorkOrder, installer: Installer, day: date) -> int:
    """This installer's orders of the calendar month up to this one; rework does not count."""
    start, _end = clock.day_span(day.replace(day=1))
    done = WorkOrder.objects.filter(
        installer=installer,
        rework_of=None,
        completed_at__gte=start,
        completed_at__lte=order.completed_at or clock.now(),
    )
    return done.exclude(pk=order.pk).count() + (order.rework_of_id is None)


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


def _code(value: str | None) -> Code | None:
    return code_value(value) if value else None


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds()) // 60)


def _review(order: WorkOrder) -> int | None:
    return FollowUp.objects.filter(work_order=order).values_list("rating_x10", flat=True).first()


def _checked_in(order: WorkOrder, installer: Installer) -> int | None:
    """Metres between the installer's first check-in by position and the site."""
    own = order.check_ins.filter(installer=installer, from_site_m__isnull=False)
    measured = own.order_by("at", "pk")
    return measured.values_list("from_site_m", flat=True).first()


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


def _code_of(chain: Sequence[Region], level: str) -> str | None:
    return next((step.code for step in chain if step.level == level), None)


def _inherited(chain: Sequence[Region], field: str) -> str | None:
    """The value of the nearest region that has one, as text."""
    return next((str(v) for step in reversed(chain) if (v := getattr(step, field))), None)
