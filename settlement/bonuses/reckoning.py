"""What bonuses the settled orders of a period bring, by payee; the same rows give the same lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Sum

from settlement.engine.periods import PeriodFacts, PeriodRule, settle_period
from settlement.models import (
    JournalEntry,
    Party,
    RuleSetVersion,
    Settlement,
    SettlementLine,
    StatementPeriod,
)
from settlement.services.rules_in_force import compiled, version_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from settlement.engine.result import Line


class Bonus(NamedTuple):
    """The bonuses of one payee in one role by one rule set: facts, lines, and what to reach next."""

    party_id: int
    role: str
    version: RuleSetVersion
    facts: PeriodFacts
    rules: tuple[PeriodRule, ...]
    lines: tuple[Line, ...]

    @property
    def amount_fen(self) -> int:
        """The sum of the lines."""
        return sum(line.amount_fen for line in self.lines)


def bonuses_of(period: StatementPeriod, *, party: Party | None = None) -> list[Bonus]:
    """Return what payees reach by the rules in force on the period's last day, in a fixed order.

    Counts the orders of the period (`counted`), those of other days too, by rule set.
    """
    found = []
    for industry in _industries(period):
        version = version_in_force(industry=industry, on=period.ends_on)
        if version is not None:
            found += bonuses_by(version, period, industry, party=party)
    return found


def bonuses_by(
    version: RuleSetVersion, period: StatementPeriod, industry: str, *, party: Party | None = None
) -> list[Bonus]:
    """Return what payees reach in a period by the rules of one version, in a fixed order."""
    rules = compiled(version).periods
    roles = tuple(dict.fromkeys(rule.party for rule in rules))
    return [
        bonus_by(version, payee, role, facts)
        for payee, role, facts in (facts_of(period, industry, roles, party=party) if roles else ())
    ]


def bonus_by(version: RuleSetVersion, party_id: int, role: str, facts: PeriodFacts) -> Bonus:
    """Return what one payee reaches in a role by the rules of a version."""
    mine = tuple(rule for rule in compiled(version).periods if rule.party == role)
    return Bonus(party_id, role, version, facts, mine, settle_period(mine, role, facts))


def counted(period: StatementPeriod) -> QuerySet[Settlement]:
    """Return the active settlements of the orders that count in a period: each in one alone.

    An order counts in the first period that was left with its settlement standing. Computed again
    or settled anew later, it stands in a later period and still counts in that first one only.
    """
    standing = _standing().filter(work_order=OuterRef("work_order"))
    return Settlement.objects.filter(
        Exists(standing.filter(period=period)),
        ~Exists(standing.filter(period__starts_on__lt=period.starts_on)),
        status=Settlement.Status.ACTIVE,
    )


def first_days(order_ids: Iterable[int]) -> dict[int, date]:
    """Return the first day of the period each of the orders counts in, by order; one query."""
    rows = _standing().filter(work_order__in=list(order_ids)).values_list("work_order_id")
    found = rows.annotate(first=Min("period__starts_on"))
    return {int(pk): first for pk, first in found if pk is not None}


def _standing() -> QuerySet[JournalEntry]:
    """Entries of settlements that were not taken back before their period was left."""
    found = JournalEntry.objects.filter(kind="settlement")
    return found.exclude(Exists(_taken_back_in_time())).order_by()


def _taken_back_in_time() -> QuerySet[JournalEntry]:
    """Reversals of an entry inside its own period: no lock of the period has seen it."""
    return JournalEntry.objects.filter(
        corrects=OuterRef("pk"), kind="reversal", period=OuterRef("period")
    )


def _industries(period: StatementPeriod) -> list[str]:
    used = counted(period).values_list("version__rule_set__industry", flat=True)
    return sorted(set(used.order_by().distinct()))


def facts_of(
    period: StatementPeriod, industry: str, roles: Iterable[str], *, party: Party | None = None
) -> list[tuple[int, str, PeriodFacts]]:
    """Return what each payee did in a role in the period, as (party id, role, facts)."""
    lines = SettlementLine.objects.filter(
        settlement__in=counted(period),
        settlement__version__rule_set__industry=industry,
        party_role__in=roles,
        payee__isnull=False,
    )
    if party is not None:
        lines = lines.filter(payee=party)
    rows = (
        lines.values_list("payee_id", "party_role")
        .annotate(orders=Count("settlement_id", distinct=True), fen=Sum("amount_fen"))
        .order_by("payee_id", "party_role")
    )
    return [(int(pk or 0), role, PeriodFacts(orders, int(fen))) for pk, role, orders, fen in rows]
