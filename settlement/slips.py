"""What people at desks see of settlements: lists, problems, and the lines they may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from common.formatting import NO_VALUE, money
from common.svg import Segment, Step
from network.models import OrgUnit
from settlement.engine.stages import delay_words
from settlement.engine.words import fact_word
from settlement.explaining import INSTALLER, ShownLine, bars_of, rule_words, shown_lines
from settlement.models import (
    Release,
    Settlement,
    SettlementLine,
    SettlementProblem,
    StatementPeriod,
)
from settlement.oddities.selectors import at_a_loss
from settlement.selectors import visible_settlements
from settlement.services.problems import Problem
from settlement.visibility import (
    installers_share,
    problems_seen,
    sees_all_shares,
    sees_installers_share,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from workorders.models import WorkOrder


BARS = 12
"""So many bars have room for their words at a desk."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one party gets of a settlement."""

    party_role: str
    payee: str
    total_fen: int
    lines: tuple[ShownLine, ...]

    @property
    def bars(self) -> list[Step]:
        """How an installer's part comes about; one bar says nothing, so others have none."""
        return bars_of(self.lines, BARS) if self.party_role == INSTALLER else []


class ShownPart(NamedTuple):
    """When one part of an installer's money comes, and what it still waits for."""

    label: str
    amount_fen: int
    released_at: datetime | None
    due_on: date | None
    waits: str


@dataclass(frozen=True, slots=True)
class Slip:
    """One settlement with the lines its reader may see; `whole` when none is left out."""

    settlement: Settlement
    shares: tuple[Share, ...]
    whole: bool
    releases: tuple[ShownPart, ...]
    rules: str
    shows_installer: bool
    """Whether the installer's money is shown, and what explains it."""

    @property
    def parts(self) -> tuple[Segment, ...]:
        """What each party gets, as parts of a bar; one that pays has no width."""
        return tuple(
            Segment(share.payee or NO_VALUE, max(0, share.total_fen), money(share.total_fen))
            for share in self.shares
        )


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A completed order that is not settled, and why."""

    order: WorkOrder
    reason: str
    missing: str
    since: datetime


def slip_of(settlement: Settlement, *, actor: User) -> Slip:
    """Return a settlement as its reader may see it."""
    whole = sees_all_shares(actor, settlement.work_order)
    rows = settlement.lines.select_related("payee").order_by("seq")
    parts = settlement.releases.order_by("seq")
    if not whole:
        rows, parts = _own_lines(rows, actor), _own_parts(parts, actor)
    lines = shown_lines(rows)
    roles = list(dict.fromkeys((line.party_role, line.payee) for line in lines))
    return Slip(
        settlement=settlement,
        shares=tuple(_share(role, payee, lines) for role, payee in roles),
        whole=whole,
        releases=tuple(_part(part) for part in parts),
        rules=rule_words(settlement.version),
        shows_installer=whole or sees_installers_share(actor, settlement),
    )


def _own_lines(rows: QuerySet[SettlementLine], actor: User) -> QuerySet[SettlementLine]:
    return rows.filter(Q(payee__unit__in=actor.units) | Q(payee__installer__outlet__in=actor.units))


def _own_parts(parts: QuerySet[Release], actor: User) -> QuerySet[Release]:
    """A part without a payee of its own is the settlement's installer's."""
    ours = Q(payee__installer__outlet__in=actor.units)
    main = Q(payee=None, settlement__installer__outlet__in=actor.units)
    return parts.filter(ours | main)


def _part(part: Release) -> ShownPart:
    days = part.after_days
    waits = delay_words(part.milestone, days, _) if days else _("waits")
    return ShownPart(part.label, part.amount_fen, part.released_at, part.due_on, waits)


def _share(role: str, payee: str, lines: list[ShownLine]) -> Share:
    mine = tuple(line for line in lines if (line.party_role, line.payee) == (role, payee))
    return Share(role, payee, sum(line.amount_fen for line in mine), mine)


def slips_of_order(order: WorkOrder, *, actor: User) -> list[Slip]:
    """Return the order's settlements, the active one first, with what the reader may see."""
    found = visible_settlements(actor=actor).filter(work_order=order)
    rows = found.select_related("work_order", "version__rule_set", "period").order_by(
        "status", "-pk"
    )
    slips = [slip_of(row, actor=actor) for row in rows]
    return [slip for slip in slips if slip.shares]


def slip_list(
    *, actor: User, period: StatementPeriod | None, branch: OrgUnit | None, state: str, words: str
) -> QuerySet[Settlement]:
    """Return visible settlements, the newest first; `state` is a status, `provisional` or `loss`.

    Each with `shows_installer`: who sold an order or lent it out reads no installer's money.
    """
    found = visible_settlements(actor=actor).select_related(
        "work_order__item_version", "work_order__site_region", "work_order__settled_by", "period"
    )
    seen = When(installers_share(actor), then=Value(True))
    found = found.annotate(shows_installer=Case(seen, default=Value(False)))
    if period is not None:
        found = found.filter(period=period)
    if branch is not None:
        found = found.filter(work_order__settled_by=branch)
    if state == "provisional":
        found = found.filter(provisional=True, status=Settlement.Status.ACTIVE)
    elif state == "loss":
        found = at_a_loss(found, actor=actor)
    elif state:
        found = found.filter(status=state)
    if words:
        named = Q(installer__user__display_name__icontains=words)
        found = found.filter(named | Q(work_order__number__icontains=words))
    return found.order_by("-settled_at", "-pk")


def sums_of(found: QuerySet[Settlement]) -> tuple[int, int]:
    """Return paid fen of the active ones of this list, and installers' fen as far as shown."""
    totals = (
        found.filter(status=Settlement.Status.ACTIVE)
        .order_by()
        .aggregate(paid=Sum("paid_fen"), gross=Sum("gross_fen", filter=Q(shows_installer=True)))
    )
    return int(totals["paid"] or 0), int(totals["gross"] or 0)


def open_problems(*, actor: User) -> list[ShownProblem]:
    """Return the actor's completed orders that wait for a rule, a price or a fact."""
    found = (
        problems_seen(actor=actor)
        .select_related(
            "work_order__item_version", "work_order__site_region", "work_order__installer__user"
        )
        .order_by("noted_at", "pk")
    )
    return [
        ShownProblem(
            order=row.work_order,
            reason=str(Problem(row.code).label),
            missing=_(", ").join(fact_word(str(name), _) for name in row.missing),
            since=row.noted_at,
        )
        for row in found
    ]


def problem_reason(order: WorkOrder) -> str:
    """Return why an order is not settled; empty when nothing is in the way."""
    row = SettlementProblem.objects.filter(work_order=order).first()
    return str(Problem(row.code).label) if row else ""


def periods() -> QuerySet[StatementPeriod]:
    """Return all periods, the newest first."""
    return StatementPeriod.objects.order_by("-starts_on")


def settling_branches(*, actor: User) -> QuerySet[OrgUnit]:
    """Return the branches whose orders the actor may see."""
    found = OrgUnit.objects.filter(kind__in=[OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ])
    return (found if actor.sees_everything else found.filter(pk__in=actor.units)).order_by("name")
