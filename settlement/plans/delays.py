"""What orders promised for one day would cost in penalties if they were done so much later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from common import clock
from settlement.engine.delay import Terms, penalty_fen
from settlement.models import DelayTerms
from workorders.models.order import OPEN_MEANINGS
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from network.models import Region


class LateOrder(NamedTuple):
    """One order of the day that would be late, in minutes and fen."""

    number: str
    item: str
    place: str
    ends_at: datetime
    late_min: int
    fen: int


@dataclass(frozen=True, slots=True)
class DelayPlan:
    """All orders of a day in a region; `already_late` of them are late without any delay."""

    orders: list[LateOrder]
    already_late: int

    @property
    def total_fen(self) -> int:
        """The sum of all orders."""
        return sum(order.fen for order in self.orders)

    @property
    def with_penalty(self) -> int:
        """How many orders would cost something."""
        return sum(order.fen > 0 for order in self.orders)


def current_terms() -> DelayTerms | None:
    """Return the contract's terms; None while nobody entered any."""
    return DelayTerms.objects.select_related("set_by").order_by("-pk").first()


def delay_plan(
    *, actor: User, day: date, region: Region | None, delay_min: int, terms: Terms
) -> DelayPlan:
    """Return the penalties of open orders whose promised window ends on a day; one query.

    Nobody has begun them. An order that is later already counts as late as it is by now.
    """
    start, end = clock.day_span(day)
    found = visible_work_orders(actor=actor).filter(
        meaning__in=OPEN_MEANINGS,
        started_at=None,
        window_ends_at__gte=start,
        window_ends_at__lt=end,
    )
    if region is not None:
        found = found.filter(site_region__path__startswith=region.path)
    rows = found.order_by().values_list(
        "number", F("item_version__name"), F("site_region__name"), F("address__city"),
        "window_ends_at",
    )  # fmt: skip
    now = clock.now()
    orders, already = [], 0
    for number, item, place, city, ends_at in rows:
        late = max(0, int((now - ends_at) / timedelta(minutes=1)))
        already += late > 0
        late_min = max(late, delay_min)
        fen = penalty_fen(late_min, terms)
        orders.append(LateOrder(number, item, place or city, ends_at, late_min, fen))
    orders.sort(key=lambda order: (-order.fen, order.ends_at, order.number))
    return DelayPlan(orders, already)
