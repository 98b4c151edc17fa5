"""Makes the engine's problems of a day: its open orders, the people of some outlets, and their ties."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import F, Q

from accounts.models import Installer
from common import clock
from dispatch.bookings import bookings
from dispatch.engine.batch.preferring import URGENT, Preferences
from dispatch.engine.batch.problem import Problem
from dispatch.engine.facts import Job, Span, Tech, Weights
from dispatch.facts import people, planned_technician, point_of, question, seconds
from dispatch.fairness import hourly_fen, with_fair_share
from dispatch.policy import for_pressing, is_pressing
from dispatch.roads import learned_roads
from dispatch.rosters.hours import shifts_of
from dispatch.support.lent import beginning_there, lent_days
from network.models import ServiceTerritory
from settlement.services.estimating import estimates
from workorders.flow import Meaning
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from dispatch.bookings import Booking
    from dispatch.support.lent import Lent
    from network.models import OrgUnit

MOST_ORDERS = 5_000
DUE, AGREED, LATER = 60, 40, 10
_MOST_ESTIMATED = 600
"""Of larger parts nobody's pay is estimated in advance: the plan would take minutes longer."""


@dataclass(frozen=True, slots=True)
class Built:
    """One part's problem with the orders and the people in it."""

    name: str
    problem: Problem
    wishes: Preferences


@dataclass(frozen=True, slots=True)
class _Crew:
    """People of a part, the outlet each works for on the day, and who of them supports it."""

    staff: Sequence[Installer]
    at: Mapping[int, int]
    lent: Mapping[int, Lent]


@dataclass(frozen=True, slots=True)
class Day:
    """All of a day's parts, and orders that no part can take, with the reason."""

    parts: tuple[Built, ...]
    outside: Mapping[int, str]


def open_orders(
    found: QuerySet[WorkOrder], *, day: date, outlets: Sequence[OrgUnit]
) -> list[WorkOrder]:
    """Return of given orders those that wait and may fall on the day, in the outlets' territories.

    The most pressing first; at most MOST_ORDERS.
    """
    start, end = clock.day_span(day)
    theirs = Q(served_by__in=outlets)
    for path in territories(outlets).values_list("region__path", flat=True).distinct():
        theirs |= Q(site_region__path__startswith=path)
    fits = Q(window_starts_at=None) | Q(window_ends_at__lte=max(start, clock.now()))
    fits |= Q(window_starts_at__lt=end, window_ends_at__gt=start)
    wanted = found.filter(theirs, fits, meaning=Meaning.WAITING.value)
    joined = wanted.select_related("address", "site_region", "item_version__item", "customer")
    return list(joined.order_by(F("due_at").asc(nulls_last=True), "-urgent", "pk")[:MOST_ORDERS])


def territories(outlets: Iterable[OrgUnit]) -> QuerySet[ServiceTerritory]:
    """Return which regions the outlets serve."""
    return ServiceTerritory.objects.filter(outlet__in=list(outlets), outlet__is_active=True)


def build_day(
    *,
    orders: Sequence[WorkOrder],
    outlets: Sequence[OrgUnit],
    day: date,
    weights: Weights,
    anew: bool = False,
) -> Day:
    """Split orders and people into parts that have nothing to do with each other.

    `anew`: the whole day from its beginning, as if nobody had had anything to do.
    """
    served = _served(outlets)
    outside: dict[int, str] = {}
    groups = _Groups()
    covered: dict[int, list[int]] = {}
    for order in orders:
        mine = _covering(order, served)
        if point_of(order.address) is None:
            outside[order.pk] = "no_place"
        elif not mine:
            outside[order.pk] = "no_territory"
        else:
            covered[order.pk] = mine
            groups.join(mine)
    lent = {} if anew else lent_days([day])
    at = _places(outlets, lent, day)
    installers = list(people(Installer.objects.filter(pk__in=at).order_by("pk")))
    parts = []
    for members in groups.sets():
        asked = [each for each in orders if each.pk in covered and covered[each.pk][0] in members]
        staff = [each for each in installers if at[each.pk] in members]
        names = [each.name for each in outlets if each.pk in members]
        label = "、".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")
        crew = _Crew(staff, at, {pk: of_one[day] for pk, of_one in lent.items()})
        parts.append(_part(label, asked, crew, covered, day=day, weights=weights, anew=anew))
    return Day(tuple(parts), outside)


def day_begins(day: date) -> datetime:
    """From when on a day is planned: its beginning, or now when it is under way."""
    return max(clock.now(), clock.day_span(day)[0])


def _places(
    outlets: Sequence[OrgUnit], lent: Mapping[int, Mapping[date, Lent]], day: date
) -> dict[int, int]:
    """By person the outlet they work for on a day: their own, or the one they support."""
    found = Installer.objects.filter(is_active=True, user__is_active=True)
    at = dict(found.filter(outlet__in=outlets).values_list("pk", "outlet_id"))
    there = {each.pk for each in outlets}
    for pk, of_one in lent.items():
        at.pop(pk, None)
        if of_one[day].is_agreed and of_one[day].unit.pk in there:
            at[pk] = of_one[day].unit.pk
    return at


def _served(outlets: Sequence[OrgUnit]) -> dict[int, set[int]]:
    """Outlets by the id of each region they serve."""
    found: dict[int, set[int]] = defaultdict(set)
    for outlet, region in territories(outlets).values_list("outlet_id", "region_id"):
        found[region].add(outlet)
    return found


def _covering(order: WorkOrder, served: Mapping[int, set[int]]) -> list[int]:
    path = order.site_region.path if order.site_region else ""
    chain = (int(part) for part in path.split(".") if part)
    return sorted({outlet for region in chain for outlet in served.get(region, ())})


class _Groups:
    """Outlets that could do the same order are of one group."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def join(self, members: Sequence[int]) -> None:
        roots = {self._root(each) for each in members}
        for root in roots:
            self._parent[root] = min(roots)

    def sets(self) -> list[frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for each in self._parent:
            found[self._root(each)].add(each)
        return [frozenset(found[root]) for root in sorted(found)]

    def _root(self, member: int) -> int:
        parent = self._parent.setdefault(member, member)
        return member if parent == member else self._root(parent)


def _part(
    name: str,
    orders: Sequence[WorkOrder],
    crew: _Crew,
    covered: Mapping[int, Sequence[int]],
    *,
    day: date,
    weights: Weights,
    anew: bool,
) -> Built:
    staff = crew.staff
    begins = clock.day_span(day)[0] if anew else day_begins(day)
    jobs = tuple(sorted((_job(each, day, begins) for each in orders), key=lambda job: job.id))
    regions: dict[int, set[str]] = defaultdict(set)
    for order in orders:
        for outlet in covered[order.pk]:
            regions[outlet].add(order.site_region.code if order.site_region else "")
    booked = {} if anew else bookings([each.pk for each in staff], [day])
    techs = _techs(crew, regions, day, booked)
    techs = with_fair_share(techs, hourly_fen(installers=staff, today=clock.business_day()))
    jobs = _from_dawn(jobs, techs)
    known = {tech.id for tech in techs}
    wishes = Preferences(
        weights=weights,
        urgent=for_pressing(weights),
        earnings=_earnings(orders, staff, weights),
        classes={each.pk: str(each.grade_id or "") for each in staff if each.pk in known},
        usual=_usual(orders, known),
    )
    travel = learned_roads().of_most(orders)
    return Built(name, Problem(jobs, tuple(techs), seconds(begins), travel), wishes)


def _techs(
    crew: _Crew,
    regions: Mapping[int, set[str]],
    day: date,
    booked: Mapping[int, Sequence[Booking]],
) -> list[Tech]:
    there = shifts_of(crew.staff, [day])
    found = []
    for each in crew.staff:
        # Of an outlet without an order in its territory a place that no order lies in.
        mine = frozenset(regions.get(crew.at[each.pk]) or {each.outlet.code})
        tech = planned_technician(each, booked.get(each.pk, ()), there[each.pk], regions=mine)
        if tech is not None:
            lent = crew.lent.get(each.pk)
            found.append(beginning_there(tech, [lent]) if lent else tech)
    return found


def _job(order: WorkOrder, day: date, begins: datetime) -> Job:
    """The order as a job of this day alone; what nobody agreed on may be done all day."""
    found = question(order, now=begins).job
    start, end = seconds(begins), seconds(clock.day_span(day)[1])
    windows = tuple(
        Span(max(each.start, start), min(each.end, end))
        for each in found.windows
        if each.start < end and each.end > start
    )
    priority = _priority(order, begins, clock.day_span(day)[1])
    return replace(found, windows=windows or (Span(start, end),), priority=priority)


def _from_dawn(jobs: tuple[Job, ...], techs: Sequence[Tech]) -> tuple[Job, ...]:
    """Let nobody wait from midnight on: a window begins with the first shift of the day."""
    dawn = min((shift.span.start for tech in techs for shift in tech.shifts), default=0)

    def later(job: Job) -> Job:
        open_then = tuple(Span(max(each.start, dawn), each.end) for each in job.windows)
        return replace(job, windows=open_then) if all(x.start < x.end for x in open_then) else job

    return tuple(later(job) for job in jobs)


def _priority(order: WorkOrder, begins: datetime, end: datetime) -> int:
    if is_pressing(order, now=begins):
        return URGENT
    if order.due_at is not None and order.due_at <= end:
        return DUE
    return AGREED if order.window_starts_at is not None else LATER


def _earnings(
    orders: Sequence[WorkOrder], staff: Sequence[Installer], weights: Weights
) -> dict[int, dict[str, int]]:
    """What each order would bring one person of each grade; nothing where it weighs nothing."""
    if not weights.earning_bp or len(orders) > _MOST_ESTIMATED:
        return {}
    samples: dict[int, Installer] = {}
    for each in staff:
        samples.setdefault(each.grade_id or 0, each)
    chosen = [samples[grade] for grade in sorted(samples)]
    found = {}
    for order in orders:
        paid = estimates(order=order, installers=chosen)
        found[order.pk] = {
            str(each.grade_id or ""): paid[each.pk].gross_fen for each in chosen if each.pk in paid
        }
    return found


def _usual(orders: Sequence[WorkOrder], known: Collection[int]) -> dict[int, frozenset[int]]:
    """By order the people who have finished something for the same customer."""
    served: dict[int, set[int]] = defaultdict(set)
    done = WorkOrder.objects.filter(
        customer__in={order.customer_id for order in orders},
        completed_at__isnull=False,
        installer__in=known,
    )
    for customer, installer in done.values_list("customer_id", "installer_id"):
        served[customer].add(installer or 0)
    return {
        order.pk: frozenset(served[order.customer_id])
        for order in orders
        if order.customer_id in served
    }
