"""Questions about periods, runs and statements; lists begin with who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from settlement.models import (
    PeriodSetting,
    Statement,
    StatementPeriod,
    StatementRun,
)
from settlement.spans import span_called

if TYPE_CHECKING:
    from accounts.models import User


State = StatementRun.State
USABLE = (State.COMPUTING, State.REVIEW, State.LOCKED)
"""States of a run that did not fail."""


def current_statements() -> QuerySet[Statement]:
    """The statement of each payee and period: that of the period's latest run that did not fail."""
    latest = (
        StatementRun.objects.filter(period=OuterRef("run__period"), state__in=USABLE)
        .order_by("-pk")
        .values("pk")[:1]
    )
    return (
        Statement.objects.filter(run=Subquery(latest))
        .select_related(
            "run__period__locked_by", "run__started_by", "party__installer__outlet", "party__unit"
        )
        .order_by("-run__period__starts_on", "party_id")
    )


def visible_statements(*, actor: User) -> QuerySet[Statement]:
    """Current statements the actor may read.

    Headquarters: all. Others: those of installers of their outlets and of their units; an
    installer only their own once locked.
    """
    found = current_statements()
    if actor.is_installer:
        return found.filter(party__installer__user=actor, run__state=State.LOCKED)
    if actor.sees_everything:
        return found
    mine = Q(party__installer__outlet__in=actor.units) | Q(party__unit__in=actor.units)
    return found.filter(mine)


def period_called(name: str) -> StatementPeriod | None:
    """Return the period of a name such as 2026-11 or 2026-W48; None when there is none."""
    span = span_called(name)
    if span is None:
        return None
    found = StatementPeriod.objects.select_related("locked_by", "closed_by")
    return found.filter(starts_on=span.starts_on, ends_on=span.ends_on).first()


def current_run(period: StatementPeriod) -> StatementRun | None:
    """Return the period's latest run that did not fail."""
    runs = period.runs.select_related("period", "started_by").filter(state__in=USABLE)
    return runs.order_by("pk").last()


def run_statements(
    *, actor: User, run: StatementRun, search: str = "", order: str = ""
) -> QuerySet[Statement, Any]:
    """Visible statements of a run with `before_fen`, the total of the run before it (or None)."""
    before = (
        Statement.objects.filter(
            party=OuterRef("party"), run__period=run.period_id, run_id__lt=run.pk
        )
        .order_by("-run_id")
        .values("total_fen")[:1]
    )
    found = visible_statements(actor=actor).filter(run=run)
    found = found.annotate(before_fen=Subquery(before))
    found = found.annotate(change_fen=F("total_fen") - Coalesce("before_fen", F("total_fen")))
    if search:
        found = found.filter(Q(party__name__icontains=search) | Q(number__iendswith=search))
    return found.order_by(*_ORDERS.get(order, _ORDERS["total"]))


_ORDERS = {
    "total": ("-total_fen", "party_id"),
    "name": ("party__name", "party_id"),
    "change": ("-change_fen", "party_id"),
}


def has_earlier_run(run: StatementRun) -> bool:
    """Whether there is a run to compare with."""
    return Statement.objects.filter(run__period=run.period_id, run_id__lt=run.pk).exists()


def period_kinds() -> list[PeriodSetting]:
    """Return how long periods are set to be, the latest first; before the first they are months."""
    return list(PeriodSetting.objects.select_related("set_by").order_by("-from_day"))
