"""Sums of the roll-up and orders that need somebody, within what the asking person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import Installer
from catalog.models import ServiceItem
from common import clock
from dashboards.anomalies import BAND_WEEKS, SHORT_DAYS
from dashboards.figures import Figures
from dashboards.models import RevenueRollup
from dashboards.rollups import MEASURES
from network.models import OrgUnit
from settlement.models import SettlementProblem
from settlement.visibility import whole_money
from workorders.flow import Meaning
from workorders.models.order import OPEN_MEANINGS
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from dashboards.periods import Period

WITHOUT_ORDER = 0
"""Stands for the item of money that no order is behind."""
Place = tuple[int | None, int]
"""A site region (None when the site could not be placed) and a service item."""


def visible_rollups(*, actor: User) -> QuerySet[RevenueRollup]:
    """Return the cells of orders whose every share the actor may see, as their slips have it."""
    return RevenueRollup.objects.filter(whole_money(actor, "branch"))


def visible_cells(*, actor: User, first: date, last: date, **which: Any) -> QuerySet[RevenueRollup]:
    """Return the cells of some days; `which` narrows them. Every figure and every list begins here."""
    return visible_rollups(actor=actor).filter(day__range=(first, last), **which)


def figures_by_place(*, actor: User, period: Period) -> dict[Place, Figures]:
    """Return the sums of a period by site region and service item, without empty ones."""
    cells = visible_cells(actor=actor, first=period.first, last=period.last)
    rows = cells.values_list("region_id", "item_id").annotate(*_sums())
    return {
        (region, item or WITHOUT_ORDER): Figures(*measures)
        for region, item, *measures in rows
        if any(measures)
    }


def figures_by_day(*, actor: User, first: date, last: date, **which: Any) -> dict[date, Figures]:
    """Return the sums of each day that has any; `which` narrows the cells."""
    cells = visible_cells(actor=actor, first=first, last=last, **which)
    return {
        day: Figures(*measures) for day, *measures in cells.values_list("day").annotate(*_sums())
    }


def _sums() -> list[Sum]:
    return [Sum(name) for name in MEASURES]


@dataclass(frozen=True, slots=True)
class Weeks:
    """A cell's revenue in fen of the eight weeks before and of the last seven days, and orders."""

    before: tuple[int, ...]
    current: int
    orders: int

    def __add__(self, other: Weeks) -> Weeks:
        before = tuple(a + b for a, b in zip(self.before, other.before, strict=True))
        return Weeks(before, self.current + other.current, self.orders + other.orders)


def weeks_by_place(*, actor: User, until: date) -> dict[Place, Weeks]:
    """Return nine stretches of seven days by region and item, the last ending with `until`."""
    first = until - timedelta(days=7 * (BAND_WEEKS + 1) - 1)
    sums = {}
    for week in range(BAND_WEEKS + 1):
        start = first + timedelta(days=7 * week)
        within = Q(day__range=(start, start + timedelta(days=6)))
        sums[f"week{week}"] = Sum("revenue_fen", filter=within, default=0)
    cells = visible_cells(actor=actor, first=first, last=until).exclude(item=None)
    rows = cells.values_list("region_id", "item_id").annotate(**sums, count=Sum("orders"))
    return {
        (region, item): Weeks(tuple(weeks[:-1]), weeks[-1], orders)
        for region, item, *weeks, orders in rows
    }


def outlet_days(*, actor: User, until: date) -> dict[int, dict[int, tuple[int, ...]]]:
    """Return, by branch and outlet, the revenue served on each of the last three whole days.

    Outlets of the actor's branches that earned nothing count too, with zeros, when somebody works
    there: a shop that sells and never serves is no weak outlet. What an outlet did for another
    branch counts as well: what the customer pays is known to who serves.
    """
    first = until - timedelta(days=SHORT_DAYS)
    days = [first + timedelta(days=n) for n in range(SHORT_DAYS)]
    sums = {
        f"day{n}": Sum("revenue_fen", filter=Q(day=day), default=0) for n, day in enumerate(days)
    }
    serving = Installer.objects.filter(outlet=OuterRef("pk"), is_active=True)
    outlets = OrgUnit.objects.filter(Exists(serving), kind=OrgUnit.Kind.OUTLET, is_active=True)
    if not actor.sees_everything:
        outlets = outlets.filter(pk__in=actor.units)
    cells = RevenueRollup.objects.filter(day__range=(days[0], days[-1]), outlet__in=outlets)
    rows = cells.exclude(item=None).order_by().values_list("outlet_id")
    earned = {outlet: tuple(rest) for outlet, *rest in rows.annotate(**sums)}
    found: dict[int, dict[int, tuple[int, ...]]] = {}
    for outlet, branch in outlets.values_list("pk", "parent_id"):
        if branch is not None:
            found.setdefault(branch, {})[outlet] = earned.get(outlet, (0,) * SHORT_DAYS)
    return found


def item_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of service items by id, and of what stands for money without an order."""
    wanted = set(ids)
    names = dict(ServiceItem.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return names | ({WITHOUT_ORDER: _("Bonuses, bills")} if WITHOUT_ORDER in wanted else {})


def unit_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of units by id."""
    return dict(OrgUnit.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Orders that need somebody now: overdue, on hold in time, not settled by reason.

    `count` is how many these are; an overdue one that is not settled either counts once. With
    them stands what is newest: the last limit that passed, by reason the last completion.
    """

    open: int
    overdue: int
    overdue_since: datetime | None
    on_hold: int
    unsettled: dict[str, int]
    unsettled_since: dict[str, datetime | None]
    count: int

    @property
    def stamp(self) -> str:
        """Changes with what is shown."""
        newest = [self.overdue_since, *(at for _code, at in sorted(self.unsettled_since.items()))]
        marks = [f"{at.timestamp():.3f}" if at else "" for at in newest]
        parts = [self.open, self.overdue, self.on_hold, *sorted(self.unsettled.items()), *marks]
        return ".".join(str(part) for part in parts)


def exceptions(*, actor: User) -> Exceptions:
    """Count the actor's orders that need somebody, in two queries."""
    orders = visible_work_orders(actor=actor).order_by()
    now = clock.now()
    # Without a reason an order is on hold by its flow: another department has it, as planned.
    late, held = Q(due_at__lt=now), Q(meaning=Meaning.ON_HOLD.value) & ~Q(hold_reason="")
    row = orders.filter(meaning__in=OPEN_MEANINGS).aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=late),
        since=Max("due_at", filter=late),
        held=Count("pk", filter=held & ~late),
    )
    visible = SettlementProblem.objects.filter(work_order__in=orders.values("pk"))
    counted = Q(work_order__meaning__in=OPEN_MEANINGS) & (
        Q(work_order__due_at__lt=now)
        | Q(work_order__meaning=Meaning.ON_HOLD.value) & ~Q(work_order__hold_reason="")
    )
    problems = list(
        visible.values_list("code").annotate(
            n=Count("pk"),
            seen=Count("pk", filter=counted),
            newest=Max("work_order__completed_at"),
        )
    )
    return Exceptions(
        open=row["open"],
        overdue=row["overdue"],
        overdue_since=row["since"],
        on_hold=row["held"],
        unsettled={code: n for code, n, _seen, _newest in problems},
        unsettled_since={code: newest for code, _n, _seen, newest in problems},
        count=row["overdue"] + row["held"] + sum(n - seen for _code, n, seen, _at in problems),
    )


def overdue_by_day(*, actor: User, days: list[date]) -> list[int]:
    """Return how many of today's overdue orders fell due on each day."""
    start, _end = clock.day_span(days[0])
    late = visible_work_orders(actor=actor).filter(
        meaning__in=OPEN_MEANINGS, due_at__gte=start, due_at__lt=clock.now()
    )
    due = [clock.business_day(at) for at in late.order_by().values_list("due_at", flat=True) if at]
    return [due.count(day) for day in days]
