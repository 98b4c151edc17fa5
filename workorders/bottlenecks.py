"""Where orders stand and for how long, by stage and department, against the last 30 days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common import clock
from workorders.concerned import responsible_role
from workorders.flow import Meaning
from workorders.flow.words import ROLE_NAMES
from workorders.models import StageStay
from workorders.models.order import OPEN_MEANINGS
from workorders.percentiles import Percentile
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import Region
    from workorders.models import WorkOrder

DAYS = 30
NO_LIMIT_DAYS = 7
"""So long an order may stand in a stage without a limit of which nobody knows what is usual."""
_LEAST = timedelta(hours=1)
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BottleneckQuery:
    """What is asked for: below a region, of one flow's key, or of everything."""

    region: Region | None = None
    flow: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLoad:
    """Orders in one stage now, and what the stage took lately; times in minutes.

    `now` and `usual` are (median, what nine of ten do not exceed); `usual` is None where nobody
    left the stage in 30 days. `late_bp` is the share that left it after its time.
    """

    department: str
    stage: str
    role: str
    meaning: str
    orders: int
    late: int
    now: tuple[int, int]
    usual: tuple[int, int] | None
    planned: int | None
    left: int
    late_bp: int

    @property
    def responsible(self) -> str:
        """Who sees to the orders here, in words."""
        return _(ROLE_NAMES[responsible_role(self.role, self.meaning)])

    @property
    def is_slow(self) -> bool:
        """Whether half of those here have waited longer than nine of ten did lately."""
        return self.usual is not None and self.orders > 0 and self.now[0] > self.usual[1]

    @property
    def tone(self) -> str:
        """The colour of its bars."""
        return "bad" if self.late or self.is_slow else "brand"


def stage_loads(*, actor: User, query: BottleneckQuery) -> list[StageLoad]:
    """Return the stages with orders in them, those with most late orders first; two queries.

    Final stages hold nobody up and are left out.
    """
    stays = StageStay.objects.filter(work_order__in=orders_asked(actor, query))
    here = {_key(row): row for row in _standing(stays.filter(left_at=None))}
    before = {_key(row): row for row in stays_left(stays)}
    found = [_load(key, row, before.get(key)) for key, row in here.items()]
    return sorted(found, key=lambda load: (-load.late, -load.orders, load.department, load.stage))


def late_orders(*, actor: User, query: BottleneckQuery) -> QuerySet[WorkOrder]:
    """Return the open orders that stand too long, those for the longest first.

    That is over their stage's time, and in a stage without a limit longer than nine of ten stood
    there lately, or a week where nobody did. What waits for an appointment or the next contact is
    not late; in a stage without a limit nothing else says so.
    """
    now = clock.now()
    orders = _visible(actor, query).filter(meaning__in=OPEN_MEANINGS)
    planned = Q(window_starts_at__gt=now) | Q(next_contact_at__gt=now)
    slow = Q(due_at=None, pk__in=_slow_stays(actor, query).values("work_order")) & ~planned
    found = orders.filter(Q(due_at__lt=now) | slow)
    return found.annotate(late_since=Coalesce("due_at", "stage_since")).order_by("late_since", "pk")


def _slow_stays(actor: User, query: BottleneckQuery) -> QuerySet[StageStay]:
    """Where orders stand without a limit for longer than is usual in that stage."""
    now = clock.now()
    stays = StageStay.objects.filter(work_order__in=orders_asked(actor, query))
    usual, known = Q(pk__in=[]), Q(pk__in=[])
    for row in stays_left(stays):
        here = Q(department=row["department"], name=row["name"])
        known |= here
        usual |= here & Q(entered_at__lt=now - max(row["most"], _LEAST))
    a_week = ~known & Q(entered_at__lt=now - timedelta(days=NO_LIMIT_DAYS))
    return stays.filter(usual | a_week, left_at=None, due_at=None)


def orders_asked(actor: User, query: BottleneckQuery) -> QuerySet[Any, Any]:
    """Return the ids of the orders a query asks for."""
    return _visible(actor, query).order_by().values("pk")


def _visible(actor: User, query: BottleneckQuery) -> QuerySet[WorkOrder]:
    orders = visible_work_orders(actor=actor)
    if query.region is not None:
        orders = orders.filter(site_region__path__startswith=query.region.path)
    if query.flow:
        orders = orders.filter(flow_version__key=query.flow)
    return orders


def _standing(stays: QuerySet[StageStay]) -> QuerySet[Any, Any]:
    now = clock.now()
    final = [Meaning.DONE.value, Meaning.CANCELLED.value]
    waited = _span(Value(now), F("entered_at"))
    return (
        stays.exclude(work_order__meaning__in=final)
        .values("department", "name")
        .annotate(
            held_by=Max("role"),
            means=Max("meaning"),
            n=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=now)),
            half=Percentile(waited, share=0.5),
            most=Percentile(waited, share=0.9),
        )
        .order_by()
    )


def stays_left(stays: QuerySet[StageStay]) -> QuerySet[Any, Any]:
    """Return by stage what took time in the last thirty days: a final stage is left as it is entered."""
    since = clock.now() - timedelta(days=DAYS)
    took = _span(F("left_at"), F("entered_at"))
    return (
        stays.filter(left_at__gte=since, left_at__gt=F("entered_at"))
        .values("department", "name")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=F("left_at"))),
            half=Percentile(took, share=0.5),
            most=Percentile(took, share=0.9),
            planned=Percentile(_span(F("due_at"), F("entered_at")), share=0.5),
        )
        .order_by()
    )


def _span(end: Any, start: Any) -> Any:
    return ExpressionWrapper(end - start, output_field=DurationField())


def _key(row: Mapping[str, Any]) -> Key:
    return row["department"], row["name"]


def _load(key: Key, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> StageLoad:
    left = before["n"] if before else 0
    return StageLoad(
        department=key[0],
        stage=key[1],
        role=row["held_by"],
        meaning=row["means"],
        orders=row["n"],
        late=row["late"],
        now=(_minutes(row["half"]), _minutes(row["most"])),
        usual=(_minutes(before["half"]), _minutes(before["most"])) if before else None,
        planned=_minutes(before["planned"]) if before and before["planned"] else None,
        left=left,
        late_bp=10_000 * before["late"] // left if before and left else 0,
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
