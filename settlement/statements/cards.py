"""The periods of a company as cards: their state, and what their last run found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Sum

from settlement.models import (
    StatementPeriod,
    StatementRun,
)
from settlement.statements.selectors import USABLE, visible_statements

if TYPE_CHECKING:
    from accounts.models import User


class PeriodCard(NamedTuple):
    """A period on the list of runs, with what the actor may see of it."""

    period: StatementPeriod
    run: StatementRun | None
    state: str
    payees: int
    total_fen: int


def period_cards(*, actor: User) -> list[PeriodCard]:
    """Every period, the newest first; three queries."""
    sums = {
        run: (payees, int(total or 0))
        for run, payees, total in visible_statements(actor=actor)
        .order_by()
        .values_list("run_id")
        .annotate(payees=Count("pk"), total=Sum("total_fen"))
    }
    runs = {
        run.period_id: run for run in StatementRun.objects.filter(state__in=USABLE).order_by("pk")
    }
    cards = []
    for period in StatementPeriod.objects.select_related("locked_by", "closed_by"):
        run = runs.get(period.pk)
        payees, total_fen = sums.get(run.pk, (0, 0)) if run else (0, 0)
        cards.append(PeriodCard(period, run, _state(period, run), payees, total_fen))
    return cards


def _state(period: StatementPeriod, run: StatementRun | None) -> str:
    """draft, computing, review, locked or closed."""
    if period.state != StatementPeriod.State.OPEN:
        return period.state
    return run.state if run else "draft"
