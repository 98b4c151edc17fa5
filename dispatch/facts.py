"""The only bridge from orders and people to the engine: jobs, days and bookings as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from accounts.workers import Worker, workers
from catalog.resolve import effective_item
from common import clock
from dispatch.bookings import bookings
from dispatch.engine.facts import Job, Shift, Span, Stop, Tech
from dispatch.rosters.hours import shifts_of
from dispatch.support.lent import lent_days, supporting
from network.geo import point_or_none
from workorders.flow import Meaning

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Installer
    from customers.models import Address
    from dispatch.bookings import Booking
    from network.geo import Point
    from network.models import OrgUnit, Region
    from workorders.models import WorkOrder

HORIZON_DAYS = 3
"""How far ahead an order without an agreed appointment is planned."""
LONGEST_VISIT_MIN = 480
"""A larger order is finished on further days; its first visit fills one."""
# Where nobody knows the site, everybody stands at one point: distance then decides nothing.
NOWHERE: Point = (0.0, 0.0)
_CAN_MOVE = Meaning.ASSIGNED.value


@dataclass(frozen=True, slots=True)
class Question:
    """A job to place with the days it may fall on; `site` is None for an unplaced address."""

    job: Job
    days: tuple[date, ...]
    site: Point | None
    region: Region | None = None
    is_urgent: bool = False


def seconds(moment: datetime) -> int:
    """Whole seconds since the epoch of an aware moment."""
    return int(moment.timestamp())


def moment(at: int) -> datetime:
    """The aware Chinese moment of a second since the epoch."""
    return datetime.fromtimestamp(at, clock.CHINA)


def point_of(place: OrgUnit | Address) -> Point | None:
    """WGS-84 (lon, lat) of a unit or an address, None when it is not on the map."""
    return point_or_none(place.lon, place.lat)


def home_of(installer: Installer) -> Point | None:
    """Where an installer's day begins: at home, else at the outlet; None when neither is known."""
    home = point_or_none(installer.home_lon, installer.home_lat)
    return home or point_of(installer.outlet)


def people(found: QuerySet[Installer]) -> QuerySet[Installer]:
    """Join in what the engine and the estimate look at; the same five queries for any number."""
    return found.select_related("user", "grade", "outlet__parent__parent__parent").prefetch_related(
        "skills__skill", "certifications", "hours", "leaves"
    )


def question(
    order: WorkOrder, *, now: datetime, start_at: datetime | None = None, day: date | None = None
) -> Question:
    """What is asked of the engine for an order.

    `start_at` fixes the beginning to the second, `day` asks about the rest of that Chinese day.
    """
    if start_at is not None:
        windows: tuple[Span, ...] = (Span(seconds(start_at), seconds(start_at) + 1),)
    elif day is not None:
        windows = (_day_window(order, day, now),)
    else:
        windows = (_window(order, now),)
    first, last = windows[0].start, windows[-1].end - 1
    body = effective_item(
        version=order.item_version, region=order.site_region, on=moment(first).date()
    )
    site = point_of(order.address)
    job = Job(
        id=order.pk,
        point=site or NOWHERE,
        windows=windows,
        service_s=60 * min(LONGEST_VISIT_MIN, max(15, body.labor_minutes * order.quantity)),
        skills={need.skill: need.rank for need in body.body.skills},
        certificates=frozenset(body.body.certificates),
        region=order.site_region.code if order.site_region else "",
    )
    return Question(job, _days(first, last), site, order.site_region, order.urgent)


def _window(order: WorkOrder, now: datetime) -> Span:
    """The agreed window; a lapsed one binds nobody, the customer waits for the next possible time."""
    begins, ends = order.window_starts_at, order.window_ends_at
    if begins is not None and ends is not None and ends > now:
        return Span(seconds(begins), seconds(ends))
    _today, end = clock.day_span(clock.business_day(now) + timedelta(days=HORIZON_DAYS - 1))
    return Span(seconds(now), seconds(end))


def _day_window(order: WorkOrder, day: date, now: datetime) -> Span:
    """What is left of a day; of one with an agreed window, the window."""
    begins, ends = clock.day_span(day)
    since, until = order.window_starts_at, order.window_ends_at
    if since is not None and until is not None and begins <= since < ends:
        begins, ends = since, until
    first = min(max(begins, now), ends - timedelta(seconds=1))
    return Span(seconds(first), seconds(ends))


def _days(first: int, last: int) -> tuple[date, ...]:
    start, end = moment(first).date(), moment(last).date()
    return tuple(start + timedelta(days=n) for n in range((end - start).days + 1))


def technicians(
    asked: Question,
    installers: Sequence[Installer | Worker],
    *,
    at_home: frozenset[int],
    usual: frozenset[int] = frozenset(),
) -> list[Tech]:
    """People as the engine sees them, with the days asked for; the queries are of their bookings.

    `at_home` are the outlets whose territory covers the site; people of others cross regions.
    `usual` are installers who have served this customer before.
    """
    everybody = workers(installers)
    ids = [each.pk for each in everybody]
    booked = bookings(ids, asked.days, without=asked.job.id)
    # Who is on call is there for what is urgent, and for nothing else.
    there = shifts_of(everybody, asked.days, with_on_call=asked.is_urgent)
    lent = lent_days(asked.days, ids)
    found = [
        _technician(
            asked,
            each,
            booked.get(each.pk, ()),
            there[each.pk],
            is_local=each.outlet_id in at_home,
            is_usual=each.pk in usual,
        )
        for each in everybody
    ]
    return [supporting(each, lent.get(each.id, {}), asked.region) for each in found]


def _technician(
    asked: Question,
    worker: Worker,
    booked: Sequence[Booking],
    there: tuple[Shift, ...],
    *,
    is_local: bool,
    is_usual: bool,
) -> Tech:
    home = NOWHERE if asked.site is None else worker.begins_at or asked.site
    return Tech(
        id=worker.pk,
        home=home,
        skills=worker.skills,
        certificates=_ends(worker),
        shifts=there,
        stops=_stops(booked, asked.site),
        radius_m=None if asked.site is None else worker.radius_m,
        # A place that is never the site: who works there crosses into this region.
        regions=frozenset() if is_local else frozenset({worker.outlet_code}),
        crosses_regions=not is_local,
        rating_x10=worker.rating_x10,
        open_jobs=sum(row.active for row in booked),
        is_usual=is_usual,
    )


def _ends(worker: Worker) -> dict[str, int | None]:
    """The first second each certificate is no longer valid."""
    return {code: seconds(clock.day_span(until)[1]) for code, until in worker.certificates.items()}


def _stops(booked: Sequence[Booking], site: Point | None) -> tuple[Stop, ...]:
    """The visits of a day; where somebody helps beside a visit of their own, their own binds."""
    own = [row for row in booked if not row.lead]
    return tuple(
        _stop(row, site)
        for row in booked
        if not row.lead or not any(row.overlaps(each.begins, each.ends) for each in own)
    )


def _stop(row: Booking, site: Point | None) -> Stop:
    """A booking; until somebody sets out it may move inside what was agreed, or inside its day.

    What several people do stays where it is: moving it would move the day of each of them.
    """
    order, start, end = row.order, seconds(row.begins), seconds(row.ends)
    windows: tuple[Span, ...] = ()
    if row.active and order.meaning == _CAN_MOVE and not row.is_shared:
        begins, ends = order.window_starts_at, order.window_ends_at
        if begins is None or ends is None:
            day_start, day_end = clock.day_span(moment(start).date())
            windows = (Span(seconds(day_start), seconds(day_end)),)
        elif seconds(begins) <= start < seconds(ends):
            windows = (Span(seconds(begins), seconds(ends)),)
    point = NOWHERE if site is None else point_of(order.address) or site
    return Stop(order.pk, point, start, end, windows)


def planned_technician(
    installer: Installer | Worker,
    booked: Sequence[Booking],
    there: tuple[Shift, ...],
    *,
    regions: frozenset[str],
) -> Tech | None:
    """A person as a plan of whole days sees them; None where nobody knows where they begin.

    `regions` are those of the plan's orders they may be sent to.
    """
    (worker,) = workers([installer])
    home = worker.begins_at
    if home is None:
        return None
    helps = {row.order.pk for row in booked if row.lead}
    return Tech(
        id=worker.pk,
        home=home,
        skills=worker.skills,
        certificates=_ends(worker),
        shifts=there,
        stops=tuple(
            replace(stop, job_id=helping_id(stop.job_id, worker.pk))
            if stop.job_id in helps
            else stop
            for stop in _stops(booked, home)
        ),
        radius_m=worker.radius_m,
        regions=regions,
        rating_x10=worker.rating_x10,
        open_jobs=sum(row.active for row in booked),
    )


def helping_id(order_id: int, installer_id: int) -> int:
    """What a helper's time at a visit is called in a plan: the visit itself is its lead's."""
    return -(order_id * 10**7 + installer_id)
