"""Budgets of regions against what they cost and will cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Min, Q, Sum

from dashboards.foresight import MONTHS_TESTED, Foresight, days_of, foresee, months_before
from dashboards.models import RevenueRollup
from network.models import Region
from settlement.plans.budgets import budgets_of

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import RegionBudget

AHEAD = timedelta(days=15)
"""How long before a month begins its budgets are watched."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget with what is foreseen; None while there is no history."""

    budget: RegionBudget
    foresight: Foresight | None

    @property
    def state(self) -> str:
        """over: spent already; will: foreseen; may: within the error; ok; unknown."""
        seen, fen = self.foresight, self.budget.amount_fen
        if seen is None:
            return "unknown"
        if seen.spent_fen > fen:
            return "over"
        if seen.foreseen_fen > fen:
            return "will"
        return "may" if seen.high_fen > fen else "ok"

    @property
    def beyond_fen(self) -> int:
        """What will be missing."""
        return (self.foresight.foreseen_fen if self.foresight else 0) - self.budget.amount_fen

    @property
    def used_bp(self) -> int:
        """The share that is spent, at most all of it."""
        spent = self.foresight.spent_fen if self.foresight else 0
        return min(10_000, max(0, spent * 10_000 // self.budget.amount_fen))


def watched_months(today: date) -> list[date]:
    """Return this month, and the next one from half a month before it begins."""
    this = today.replace(day=1)
    following = days_of(this)[-1] + timedelta(days=1)
    return [this, following] if following - today <= AHEAD else [this]


def budget_lines(*, actor: User, today: date) -> list[BudgetLine]:
    """Return the budgets the actor answers for; one query without any, else four."""
    budgets = budgets_of(actor=actor, months=watched_months(today))
    if not budgets:
        return []
    daily = _daily(budgets, today)
    first = RevenueRollup.objects.aggregate(first=Min("day"))["first"]
    return [
        BudgetLine(
            one,
            foresee(
                daily[one.region_id],
                month=one.month,
                today=today,
                budget_fen=one.amount_fen,
                first=first,
            ),
        )
        for one in budgets
    ]


def _daily(budgets: list[RegionBudget], today: date) -> dict[int, dict[date, int]]:
    """Installers' pay by day of each region with everything below it."""
    since = months_before(today.replace(day=1), MONTHS_TESTED + 1)
    within = Q(pk__in=[])
    for one in budgets:
        within |= Q(path__startswith=one.region.path)
    paths = dict(Region.objects.filter(within).values_list("pk", "path"))
    rows = (
        RevenueRollup.objects.filter(region__in=paths, day__range=(since, today))
        .order_by()
        .values_list("region", "day")
        .annotate(total=Sum("installer_fen"))
    )
    found: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    above = {one.region_id: one.region.path for one in budgets}
    for region, day, total in rows:
        for pk, path in above.items():
            if paths[region].startswith(path):
                found[pk][day] += int(total)
    return found
