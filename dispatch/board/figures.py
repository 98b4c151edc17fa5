"""The figures of the strip above the board, for today and the dispatcher's scope."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, F, Q, Sum

from common import clock
from dispatch.board.stamps import stamp_of
from dispatch.selectors import dispatchable_orders
from settlement.models import Settlement
from workorders.flow import Meaning
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from dispatch.board.filters import BoardFilter

FULL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Today's counts; rates in basis points and durations in minutes, None without any order."""

    waiting: int
    late: int
    assigned: int
    en_route: int
    on_site: int
    done: int
    in_review: int
    on_time_bp: int | None
    response_min: int | None
    revenue_fen: int
    expected_fen: int

    @property
    def under_way(self) -> int:
        """Orders somebody has and has not finished."""
        return self.assigned + self.en_route + self.on_site

    @property
    def stamp(self) -> str:
        """What tells an unchanged poll."""
        return stamp_of(astuple(self))


def figures(*, actor: User, chosen: BoardFilter) -> Figures:
    """Return today's figures in two queries."""
    now = clock.now()
    start, end = clock.day_span(clock.business_day(now))
    scope = chosen.orders(dispatchable_orders(actor=actor)).select_related(None)
    # What is over since yesterday counts nowhere, and is most of the table.
    today = Q(meaning__in=OPEN_MEANINGS) | Q(completed_at__gte=start, completed_at__lt=end)
    counted = scope.filter(today).order_by().aggregate(**_counts(now, start, end))
    settled = Settlement.objects.filter(
        status=Settlement.Status.ACTIVE,
        done_on=clock.business_day(now),
        work_order__in=scope.filter(completed_at__gte=start, completed_at__lt=end).values("pk"),
    ).aggregate(total=Sum("paid_fen"))
    timed, response = counted.pop("timed"), counted.pop("response")
    on_time = counted.pop("on_time")
    revenue = int(settled["total"] or 0)
    return Figures(
        on_time_bp=on_time * FULL_BP // timed if timed else None,
        response_min=int(response.total_seconds()) // 60 if response is not None else None,
        revenue_fen=revenue,
        expected_fen=revenue + int(counted.pop("coming") or 0),
        **counted,
    )


def _counts(now: datetime, start: datetime, end: datetime) -> dict[str, object]:
    def meaning(*meanings: Meaning) -> Q:
        return Q(meaning__in=[each.value for each in meanings])

    done = Q(completed_at__gte=start, completed_at__lt=end)
    timed = done & Q(window_ends_at__isnull=False, started_at__isnull=False)
    open_today = meaning(Meaning.ASSIGNED, Meaning.EN_ROUTE, Meaning.ON_SITE)
    given = Q(assigned_at__gte=start, assigned_at__lt=end)
    return {
        "waiting": Count("pk", filter=meaning(Meaning.WAITING)),
        "late": Count("pk", filter=meaning(Meaning.WAITING) & Q(due_at__lt=now)),
        "assigned": Count("pk", filter=meaning(Meaning.ASSIGNED)),
        "en_route": Count("pk", filter=meaning(Meaning.EN_ROUTE)),
        "on_site": Count("pk", filter=meaning(Meaning.ON_SITE)),
        "done": Count("pk", filter=done),
        "in_review": Count("pk", filter=meaning(Meaning.IN_REVIEW)),
        "timed": Count("pk", filter=timed),
        "on_time": Count("pk", filter=timed & Q(started_at__lte=F("window_ends_at"))),
        "response": Avg(F("assigned_at") - F("created_at"), filter=given, default=None),
        "coming": Sum(
            "paid_fen",
            filter=open_today
            & Q(window_starts_at__gte=start, window_starts_at__lt=end, price_included=False),
        ),
    }
