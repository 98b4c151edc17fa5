"""What people see of recomputes: runs, their differences by payee, cause and order, one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from common import clock
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.planned_days import plans_differ
from settlement.explaining import ShownLine, shown_lines
from settlement.models import (
    RecomputeDifference,
    RecomputeRun,
    RuleSetVersion,
    Settlement,
    SettlementAdjustment,
)
from settlement.recompute.correcting import correction_of
from settlement.recompute.posting import payees_again
from settlement.recompute.selection import chosen, narrow
from settlement.services.problems import Problem
from settlement.services.rules_in_force import compiled
from settlement.services.storing import line_row
from settlement.shadow import corrected

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import Party

State = RecomputeRun.State
STUCK_AFTER = timedelta(minutes=10)
SKIPPED = {
    "problem": _("The rules cannot settle it any more"),
    "unreadable": _("Its facts cannot be read any more"),
    "shared": _("Several people share it"),
    "gone": _("It is not settled any more"),
    "newer": _("It was settled anew meanwhile"),
    "disputed": _("A line of it is being disputed"),
    "moved": _("It is worth another sum by now"),
}


def visible_runs(*, actor: User) -> QuerySet[RecomputeRun]:
    """Runs, the newest first; for people who see the whole company."""
    found = RecomputeRun.objects.select_related(
        "started_by", "approved_by", "rejected_by", "version__rule_set", "work_order"
    ).order_by("-pk")
    return found if actor.sees_everything else found.none()


def run_by_id(pk: int) -> RecomputeRun:
    """Return a run; for higher packages that were told of it."""
    return RecomputeRun.objects.get(pk=pk)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is with what it does now."""

    run: RecomputeRun
    share: int
    stuck: bool

    @property
    def working(self) -> bool:
        """Whether something still happens."""
        return self.run.state in {State.COMPUTING, State.APPLYING}

    @property
    def stamp(self) -> str:
        """Changes when the page has something new to show."""
        return f"{self.run.pk}-{self.run.state}-{self.run.done}-{self.stuck}"


def progress_of(run: RecomputeRun) -> Progress:
    """Return the run's progress in percent."""
    share = min(100, 100 * run.done // run.total) if run.total else 0
    found = Progress(run, share, clock.now() - run.moved_at > STUCK_AFTER)
    return found if found.working else Progress(run, share, stuck=False)


def by_payee(run: RecomputeRun) -> Any:
    """Differences summed by payee, the largest first."""
    rows = run.differences.filter(skipped="").values("party_id", "party__name", "party__kind")
    return _summed(rows).order_by("-size", "party_id")


def by_cause(run: RecomputeRun) -> Any:
    """Differences summed by the component that changed most, the most frequent first."""
    rows = run.differences.filter(skipped="").values("cause", "label")
    return _summed(rows).order_by("-orders", "cause")


def _summed(rows: Any) -> Any:
    gain = F("new_fen") - F("old_fen")
    return rows.annotate(
        orders=Count("settlement_id", distinct=True),
        old=Sum("old_fen"),
        new=Sum("new_fen"),
        up=Sum(gain, filter=Q(new_fen__gt=F("old_fen")), default=0),
        down=Sum(gain, filter=Q(new_fen__lt=F("old_fen")), default=0),
        size=Sum(gain),
    )


def differences(
    run: RecomputeRun, *, party: str = "", cause: str = ""
) -> QuerySet[RecomputeDifference]:
    """Differences order by order, of one payee or one cause when asked for."""
    rows = run.differences.filter(skipped="").select_related("work_order", "party", "entry__period")
    if party.isdecimal():
        rows = rows.filter(party_id=int(party[:9]))
    if cause:
        rows = rows.filter(cause=cause)
    return rows.order_by("settlement_id", "party_id")


def adjusted_orders(run: RecomputeRun) -> int:
    """Return of how many differing orders people have adjusted something, which stays beside it."""
    differing = run.differences.filter(skipped="").values("work_order")
    posted = SettlementAdjustment.objects.filter(
        state=SettlementAdjustment.State.APPROVED, work_order__in=differing
    )
    return posted.values("work_order").distinct().count()


@dataclass(frozen=True, slots=True)
class Left:
    """An order a run leaves alone, and why."""

    number: str
    why: str


def left_alone(run: RecomputeRun, *, most: int = 50) -> list[Left]:
    """Return the first orders a run leaves alone, each once whatever it would bring its payees."""
    rows = (
        run.differences.exclude(skipped="")
        .order_by("settlement_id", "pk")
        .distinct("settlement_id")
        .values_list("work_order__number", "skipped", "cause")[:most]
    )
    problems = {str(problem.value): str(problem.label) for problem in Problem}
    return [Left(number, problems.get(cause) or str(SKIPPED[why])) for number, why, cause in rows]


@dataclass(frozen=True, slots=True)
class Sides:
    """One payee's part of an order, before and after."""

    party: Party
    old_fen: int
    new_fen: int
    before: tuple[ShownLine, ...]
    after: tuple[ShownLine, ...]

    @property
    def diff_fen(self) -> int:
        """What the payee gets more (negative: less)."""
        return self.new_fen - self.old_fen


def both_sides(run: RecomputeRun, settlement: Settlement) -> list[Sides]:
    """Return both explanations of an order's differences, payee by payee."""
    rows = list(
        run.differences.filter(settlement=settlement, skipped="")
        .select_related("party", "version__rule_set")
        .order_by("party_id")
    )
    if not rows:
        return []
    facts = corrected(restored(settlement.facts), correction_of(run))
    rules = compiled(rows[0].version)
    outcome = settle(rules, facts)
    to = payees_again(settlement.work_order, settlement, outcome)
    stored = list(settlement.lines.select_related("payee").order_by("seq"))
    # Where the facts come from is said as it would be said of the new settlement.
    proposed = Settlement(work_order=settlement.work_order, facts=outcome.facts.plain())
    fresh = [
        line_row(proposed, line, to.get(line.payee), rules.label_of(line.code))
        for line in outcome.lines
    ]
    old, new = shown_lines(stored), shown_lines(fresh)
    return [
        Sides(
            row.party, row.old_fen, row.new_fen,
            tuple(s for line, s in zip(stored, old, strict=True) if line.payee_id == row.party_id),
            tuple(s for line, s in zip(fresh, new, strict=True) if line.payee_id == row.party_id),
        )
        for row in rows
        if row.party is not None
    ]  # fmt: skip


def plans_otherwise(run: RecomputeRun) -> bool:
    """Whether the run's rules plan the money of settled orders for other days than theirs did."""
    if run.version is None:
        return False
    active = Settlement.objects.filter(version=OuterRef("pk"), status=Settlement.Status.ACTIVE)
    others = run.version.rule_set.versions.filter(Exists(active)).exclude(pk=run.version.pk)
    body = run.version.body
    return any(plans_differ(other.body, body) for other in others)


def orders_in_reach(version: RuleSetVersion) -> int:
    """Return how many settled orders a rule set's last version would be compared for."""
    later = RuleSetVersion.objects.filter(rule_set=version.rule_set, sequence__gt=version.sequence)
    if later.exists():
        return 0
    run = RecomputeRun(cause=RecomputeRun.Cause.VERSION, version=version, known_at=clock.now())
    narrow(run)
    return chosen(run).count()
