"""What bonuses the settled orders of a period bring, by payee; the same rows give the same lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

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
        rules = compiled(version).periods if version else ()
        if version is None or not rules:
            continue
        roles = tuple(dict.fromkeys(rule.party for rule in rules))
        for payee, role, orders, fen in _facts(period, industry, roles, party):
            facts = PeriodFacts(orders, fen)
            mine = tuple(rule for rule in rules if rule.party == role)
            found.append(Bonus(payee, role, version, facts, mine, settle_period(mine, role, facts)))
    return found


def counted(period: StatementPeriod) -> QuerySet[Settlement]:
    """Return the active settlements of the orders that count in a period: each in one alone.

    An order counts in the first period that was left with its settlement standing. Computed again
    or settled anew later, it stands in a later period and still counts in that first one only.
    """
    standing = (
        JournalEntry.objects.filter(work_order=OuterRef("work_order"), kind="settlement")
        .exclude(Exists(_taken_back_in_time()))
        .order_by()
    )
    return Settlement.objects.filter(
        Exists(standing.filter(period=period)),
        ~Exists(standing.filter(period__starts_on__lt=period.starts_on)),
        status=Settlement.Status.ACTIVE,
    )


def _taken_back_in_time() -> QuerySet[JournalEntry]:
    """Reversals of an entry inside its own period: no lock of the period has seen it."""
    return JournalEntry.objects.filter(
        corrects=OuterRef("pk"), kind="reversal", period=OuterRef("period")
    )


def _industries(period: StatementPeriod) -> list[str]:
    used = counted(period).values_list("version__rule_set__industry", flat=True)
    return sorted(set(used.order_by().distinct()))


def _facts(
    period: StatementPeriod, industry: str, roles: tuple[str, ...], party: Party | None
) -> list[tuple[int, str, int, int]]:
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
    return [(int(payee or 0), role, orders, int(fen)) for payee, role, orders, fen in rows]
