"""Questions about periods, runs and statements; lists begin with who is asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.roles import Role
from common import clock
from common.formatting import money
from common.svg import Segment
from network.models import OrgUnit
from settlement.models import (
    Party,
    PeriodSetting,
    Statement,
    StatementBatch,
    StatementPeriod,
    StatementRun,
)
from settlement.spans import span_called
from settlement.statements.checks import Findings
from settlement.statements.run import is_stuck

if TYPE_CHECKING:
    from accounts.models import User

State = StatementRun.State
PROOF_WITHIN = timedelta(minutes=2)
"""How long the page of a computed run waits for the proof before it shows that it is missing."""
_USABLE = (State.COMPUTING, State.REVIEW, State.LOCKED)


def current_statements() -> QuerySet[Statement]:
    """The statement of each payee and period: that of the period's latest run that did not fail."""
    latest = (
        StatementRun.objects.filter(period=OuterRef("run__period"), state__in=_USABLE)
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

    Headquarters: all. Others: those of installers of their outlets and of their units; an outlet
    manager only those of the outlet's installers, an installer only their own once locked.
    """
    found = current_statements()
    if actor.is_installer:
        return found.filter(party__installer__user=actor, run__state=State.LOCKED)
    if actor.sees_everything:
        return found
    mine = Q(party__installer__outlet__in=actor.units)
    if actor.role != Role.OUTLET_MANAGER:
        mine |= Q(party__unit__in=actor.units)
    return found.filter(mine)


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
        run.period_id: run for run in StatementRun.objects.filter(state__in=_USABLE).order_by("pk")
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


def period_called(name: str) -> StatementPeriod | None:
    """Return the period of a name such as 2026-11 or 2026-W48; None when there is none."""
    span = span_called(name)
    if span is None:
        return None
    found = StatementPeriod.objects.select_related("locked_by", "closed_by")
    return found.filter(starts_on=span.starts_on, ends_on=span.ends_on).first()


def current_run(period: StatementPeriod) -> StatementRun | None:
    """Return the period's latest run that did not fail."""
    runs = period.runs.select_related("period", "started_by").filter(state__in=_USABLE)
    return runs.order_by("pk").last()


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is."""

    run: StatementRun
    share: int
    stuck: bool

    @property
    def computing(self) -> bool:
        """Whether it is still at work; a proof of the books that does not come is not waited for."""
        if self.run.state != State.REVIEW or self.run.finished_at is None:
            return self.run.state == State.COMPUTING
        is_proven = bool(findings_of(self.run).proven_at)
        return not is_proven and clock.now() - self.run.finished_at < PROOF_WITHIN

    @property
    def stamp(self) -> str:
        """Changes when the page has something new to show."""
        return f"{self.run.pk}-{self.run.state}-{self.run.payees_done}-{self.stuck}"


def progress_of(run: StatementRun) -> RunProgress:
    """Return the run's progress in percent."""
    share = 100 * run.payees_done // run.payees if run.payees else 0
    computing = run.state == State.COMPUTING
    return RunProgress(run, min(share, 100), computing and is_stuck(run))


def findings_of(run: StatementRun) -> Findings:
    """Return what the run found."""
    return Findings.read(run.checks)


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


class GroupTotal(NamedTuple):
    """What one kind of payee gets in the run."""

    label: str
    payees: int
    total_fen: int


def group_totals(statements: QuerySet[Statement, Any]) -> list[GroupTotal]:
    """Totals by kind of payee (units by their kind) in the order of the biggest; one query."""
    rows = (
        statements.order_by()
        .values_list("party__kind", "party__unit__kind")
        .annotate(payees=Count("pk"), total=Sum("total_fen"))
    )
    found = [
        GroupTotal(_group_label(kind, unit_kind), payees, int(total))
        for kind, unit_kind, payees, total in rows
    ]
    return sorted(found, key=lambda group: -group.total_fen)


def _group_label(kind: str, unit_kind: str | None) -> str:
    label = OrgUnit.Kind(unit_kind).label if unit_kind else Party.Kind(kind).label
    return str(label)


def segments(groups: Sequence[GroupTotal]) -> list[Segment]:
    """The groups as parts of a bar; a group that owes has no width."""
    return [
        Segment(group.label, max(0, group.total_fen), f"{group.label} {money(group.total_fen)}")
        for group in groups
    ]


def sum_fen(groups: Sequence[GroupTotal]) -> int:
    """Return the sum of all groups."""
    return sum(group.total_fen for group in groups)


def shares_of_files(run_id: int, *, lines_a_share: int) -> list[tuple[int, int]]:
    """Cut a run's statements into shares of about so many lines: (first id, last id), in order."""
    shares, first, lines = list[tuple[int, int]](), 0, 0
    rows = list(Statement.objects.filter(run_id=run_id).order_by("pk").values_list("pk", "lines"))
    for pk, count in rows:
        first = first or pk
        lines += count
        if lines >= lines_a_share or pk == rows[-1][0]:
            shares.append((first, pk))
            first = lines = 0
    return shares


def statement_ids(run_id: int, first: int, last: int) -> list[int]:
    """Return the ids of a run's statements between two ids, both included."""
    found = Statement.objects.filter(run_id=run_id, pk__range=(first, last)).order_by("pk")
    return list(found.values_list("pk", flat=True))


def period_kinds() -> list[PeriodSetting]:
    """Return how long periods are set to be, the latest first; before the first they are months."""
    return list(PeriodSetting.objects.select_related("set_by").order_by("-from_day"))


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far the ZIP of a run is; without a batch nobody asked for it yet."""

    batch: StatementBatch | None

    @property
    def state(self) -> str:
        """none, making, ready or cancelled."""
        return self.batch.state if self.batch else "none"

    @property
    def share(self) -> int:
        """Files made in percent."""
        return 100 * self.batch.done // self.batch.total if self.batch and self.batch.total else 0

    @property
    def stamp(self) -> str:
        """Changes when the page has something new to show."""
        return f"{self.batch.pk}-{self.state}-{self.batch.done}" if self.batch else "none"


def batch_progress(run: StatementRun) -> BatchProgress:
    """Return how far the run's latest ZIP is."""
    return BatchProgress(StatementBatch.objects.filter(run=run).order_by("pk").last())
