"""The staff view: what one's own units have to do and how far they are; no margins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.access import Perm
from common.formatting import when
from dashboards.periods import last_days
from dashboards.selectors import unit_names
from settlement.approvals import Waiting, approvals_waiting, may_approve
from settlement.disputes.inbox import MINE
from settlement.disputes.waiting import awaiting
from workorders.flow import Meaning
from workorders.listing import OrderRow, order_rows
from workorders.models.order import OPEN_MEANINGS
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from workorders.models import WorkOrder

SERIES_DAYS = 14
MOST_PRESSING = 12
_GOING = (Meaning.ASSIGNED.value, Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)


@dataclass(frozen=True, slots=True)
class Task:
    """One figure of the strip: how many, and the list of them."""

    label: str
    value: str
    note: str = ""
    url: str = ""
    series: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an outlet is; `done_bp` is the finished share of today's work."""

    name: str
    open: int
    overdue: int
    today: int
    done_today: int
    done_week: int

    @property
    def done_bp(self) -> int:
        """Finished of what today held, in basis points."""
        whole = self.today + self.done_today
        return self.done_today * 10_000 // whole if whole else 0


@dataclass(frozen=True, slots=True)
class StaffPage:
    """What the staff view shows."""

    tasks: list[Task]
    outlets: list[Progress]
    pressing: list[OrderRow]
    approvals: list[Waiting]
    approves: bool
    stamp: str


def staff_page(*, actor: User) -> StaffPage:
    """Put the page together in seven queries, eight for who reviews disputes.

    What waits for approval takes up to six more, of who may approve.
    """
    orders = visible_work_orders(actor=actor).order_by()
    tasks = [*_tasks(orders), *_disputes(actor)]
    outlets = _outlets(orders)
    soonest = orders.filter(meaning__in=OPEN_MEANINGS, due_at__isnull=False).order_by(
        "due_at", "pk"
    )
    pressing = order_rows(list(soonest[:MOST_PRESSING]))
    approvals = approvals_waiting(actor=actor)
    shown = repr(
        (tasks, approvals, outlets, [(r.order.pk, r.order.stage, r.is_overdue) for r in pressing])
    )
    stamp = hashlib.sha256(shown.encode()).hexdigest()[:16]
    return StaffPage(tasks, outlets, pressing, approvals, may_approve(actor), stamp)


def _tasks(orders: QuerySet[WorkOrder]) -> list[Task]:
    now, (start, end) = clock.now(), clock.day_span(clock.business_day())
    planned = Q(meaning__in=_GOING, window_starts_at__gte=start, window_starts_at__lt=end)
    row = orders.filter(meaning__in=OPEN_MEANINGS).aggregate(
        waiting=Count("pk", filter=Q(meaning=Meaning.WAITING.value)),
        late=Count("pk", filter=Q(due_at__lt=now)),
        planned=Count("pk", filter=planned),
        review=Count("pk", filter=Q(meaning=Meaning.IN_REVIEW.value)),
        held=Count("pk", filter=Q(meaning=Meaning.ON_HOLD.value)),
    )
    done = _done_by_day(orders)
    listed = reverse("workorders:order-list")
    return [
        Task(_("Unassigned"), f"{row['waiting']:,}", url=f"{listed}?state={Meaning.WAITING.value}"),
        Task(_("Overdue"), f"{row['late']:,}", url=f"{listed}?state=overdue"),
        Task(_("Visits still to make today"), f"{row['planned']:,}"),
        Task(_("Waiting for follow-up"), f"{row['review']:,}",
             url=f"{listed}?state={Meaning.IN_REVIEW.value}"),
        Task(_("On hold"), f"{row['held']:,}", url=f"{listed}?state={Meaning.ON_HOLD.value}"),
        Task(_("Completed today"), f"{done[-1]:,}",
             _("%(n)d in 14 days") % {"n": sum(done)}, series=done),
    ]  # fmt: skip


def _disputes(actor: User) -> list[Task]:
    """What waits for this person to answer or to decide, and by when; nothing for who may not."""
    if not actor.has(Perm.DISPUTE_REVIEW):
        return []
    found = awaiting(actor=actor).order_by().aggregate(n=Count("pk"), first=Min("due_at"))
    note = (
        _("the first by %(when)s") % {"when": when(found["first"], now=clock.now())}
        if found["n"]
        else ""
    )
    url = f"{reverse('settlement:dispute-list')}?state={MINE}"
    return [Task(_("Disputes waiting for you"), f"{found['n']:,}", note, url=url)]


def _done_by_day(orders: QuerySet[WorkOrder]) -> tuple[int, ...]:
    days = last_days(SERIES_DAYS, clock.business_day())
    start, _end = clock.day_span(days[0])
    done: dict[date, int] = {}
    for at in orders.filter(completed_at__gte=start).values_list("completed_at", flat=True):
        if at is not None:
            day = clock.business_day(at)
            done[day] = done.get(day, 0) + 1
    return tuple(done.get(day, 0) for day in days)


def _outlets(orders: QuerySet[WorkOrder]) -> list[Progress]:
    now, today = clock.now(), clock.business_day()
    start, end = clock.day_span(today)
    monday, _end = clock.day_span(today - timedelta(days=today.weekday()))
    is_open = Q(meaning__in=OPEN_MEANINGS)
    recent = orders.exclude(served_by=None).filter(is_open | Q(completed_at__gte=monday))
    rows = recent.values_list("served_by").annotate(
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_at__lt=now)),
        planned=Count("pk", filter=_planned(start, end)),
        today=Count("pk", filter=Q(completed_at__gte=start, completed_at__lt=end)),
        week=Count("pk", filter=Q(completed_at__gte=monday)),
    )
    found = list(rows)
    names = unit_names(pk for pk, *_counts in found)
    progress = [Progress(names.get(pk, ""), *counts) for pk, *counts in found]
    return sorted(progress, key=lambda row: (-row.overdue, -row.open, row.name))


def _planned(start: datetime, end: datetime) -> Q:
    return Q(meaning__in=_GOING, window_starts_at__gte=start, window_starts_at__lt=end)
