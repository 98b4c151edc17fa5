"""A job as the engine takes it: settled now, settled again, or foreseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from accounts.models import Installer
from common import clock
from settlement.currencies.converting import at_rate_of, recounted
from settlement.engine.facts import (
    JobFacts,
    MaterialUse,
)
from settlement.engine.money import cut_fen
from settlement.visits import is_night, planned_visit
from workorders.charges import customer_owes_fen
from workorders.crew import foreseen_parts, parts_of, record_of

if TYPE_CHECKING:
    from accounts.workers import Worker
    from workorders.models import WorkOrder
from settlement.facts.orders import effective_of, order_facts
from settlement.facts.parts import planned_materials, planned_minutes
from settlement.facts.people import (
    agreed_fen,
    checked_in,
    crew_of,
    earner_of,
    first_crew,
    installer_facts,
    month_rank,
    payers,
)
from settlement.facts.times import done_times
from settlement.facts.work import charges_of, materials_used, review_of, stages_of

_OF_THE_ORDER = (
    "quantity", "paid_fen", "materials", "stages", "rain", "rain_source", "night", "floor",
    "fault_own", "fault_first", "rework", "field_days", "urgent", "high_work", "warehouse_direct", "site_kind", "tags",
    "clerk", "repurchase", "review_x10", "quote_fen", "charges", "charged_fen", "empty_trip",
    "first_crew", "paid_in", "item_part",
)  # fmt: skip
"""What may still change of an order after its completion, and then changes its money."""
_OF_VISITS = ("work_min", "response_min", "delay_min")
_AS_OF_THEN = ("rating_x10", "crew")


def job_facts(*, order: WorkOrder, installer: Installer, rank: int | None = None) -> JobFacts:
    """Return the facts of a completed order as they are recorded now; about ten queries.

    `rank` is the order's number in its installer's month where it has one.
    """
    completed_at = order.completed_at or clock.now()
    day = clock.business_day(completed_at)
    parts = parts_of(order)
    done = done_times(order, installer, completed_at, parts)
    shared = order_facts(order, day, effective_of(order, day))
    return replace(
        shared,
        **installer_facts(order, earner_of(installer), day, payers()),
        visits=done.parts,
        work_min=done.work_min,
        checkin_m=checked_in(order, installer),
        review_x10=review_of(order),
        response_min=done.response_min,
        delay_min=done.delay_min,
        night=done.night if shared.night is None else shared.night,
        materials=materials_used(order),
        charges=charges_of(order),
        stages=stages_of(order),
        reschedule_count=done.reschedules,
        installer_month_orders=month_rank(order, installer, day) if rank is None else rank,
        crew=crew_of(parts),
        first_crew=first_crew(order),
        agreed_fen=agreed_fen(order, installer),
    )


def facts_again(settled: JobFacts, now: JobFacts, *, recorded: Callable[[str], bool]) -> JobFacts:
    """Return the facts an order is settled anew with: those of then, and what since changed on it.

    An installer promoted or an outlet moved after the work was done changes nothing of its money;
    what nobody knew then counts as it is known now, except a rating that was not there yet. A rate
    known then stays while the payment is the same. Who shares the work stays as it was settled: changing
    that is a proposal people decide on. Visits that were corrected keep what follows from them,
    night work unless it is `recorded` by itself.
    """
    now = _at_the_rate_of_then(settled, now)
    then = {each.name: getattr(settled, each.name) for each in fields(settled) if each.init}
    kept = {name: value for name, value in then.items() if value is not None or name in _AS_OF_THEN}
    of_order = {name: getattr(now, name) for name in _OF_THE_ORDER}
    if settled.visits is not None and settled.visits != now.visits:
        kept |= {name: then[name] for name in _OF_VISITS}
        if not recorded("night"):
            of_order["night"] = settled.night
    return replace(now, **(kept | of_order))


def refunded_facts(settled: JobFacts, order: WorkOrder) -> JobFacts:
    """Return the facts of settled work that was paid back: the charges of the site stay paid."""
    charged_fen = customer_owes_fen(order)
    return replace(
        settled,
        refunded=True,
        charges=charges_of(order),
        charged_fen=charged_fen,
        paid_fen=charged_fen,
        paid_in=None,
    )


def _at_the_rate_of_then(settled: JobFacts, now: JobFacts) -> JobFacts:
    """A rate corrected later changes no settled money by the way, when something else changed."""
    then, today = settled.paid_in, now.paid_in
    if then is None or today is None:
        return now
    if then.currency != today.currency:
        return now
    if then.minor == today.minor:
        return recounted(now, at_rate_of(today, then))
    # Older facts name the smaller units of the part itself.
    piece = cut_fen(today.minor, *today.cut) if today.cut and not then.cut else None
    return recounted(now, then) if piece == then.minor else now


def estimate_facts(
    *, order: WorkOrder, installers: Iterable[Installer | Worker]
) -> Iterator[tuple[Installer | Worker, JobFacts]]:
    """Yield each installer with the facts as they can be foreseen; a fixed number of queries.

    Of people with the same facts everybody gets the very same object.

    Foreseen are standard materials and minutes from the start of the window. Without a window the
    working time stays unknown, and lines that depend on it provisional.
    """
    starts_at = order.window_starts_at
    day = clock.business_day(starts_at)
    effective = effective_of(order, day)
    shared = order_facts(order, day, effective)
    if shared.night is None and starts_at is not None:
        shared = replace(shared, night=is_night(starts_at))
    minutes = planned_minutes(effective, shared.item_part) * order.quantity
    shared = replace(
        shared,
        visits=planned_visit(starts_at, minutes),
        materials=tuple(
            MaterialUse(need.code, need.quantity_milli * order.quantity, need.unit_price_fen)
            for need in planned_materials(order, effective)
        ),
        stages=("completed",),
        work_min=minutes,
        delay_min=0,
        reschedule_count=0,
        installer_month_orders=0,
    )
    record, paying = record_of(order), payers()
    people = list(installers)
    read: list[Installer] = [each for each in people if isinstance(each, Installer)]
    prefetch_related_objects(read, "certifications", "outlet", "grade")
    alike: dict[tuple[object, ...], JobFacts] = {}
    for each in people:
        crew = crew_of(foreseen_parts(order, lead_id=each.pk, record=record))
        who = earner_of(each) if isinstance(each, Installer) else each
        own = installer_facts(order, who, day, paying)
        agreed = agreed_fen(order, each) if isinstance(each, Installer) else None
        key = (*own.values(), crew, agreed)
        if key not in alike:
            alike[key] = replace(shared, **own, crew=crew, agreed_fen=agreed)
        yield each, alike[key]
