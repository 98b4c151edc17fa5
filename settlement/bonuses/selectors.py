"""How far a payee's bonus of the running period is, and what the whole company's will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext

from common import clock, formatting
from settlement.bonuses.reckoning import bonuses_of
from settlement.engine.facts import JobFacts
from settlement.engine.periods import (
    ORDERS,
    WHOLE_BP,
    PeriodBracket,
    PeriodFacts,
    PeriodRule,
    settle_period,
)
from settlement.engine.words import percent
from settlement.explaining import why_of
from settlement.models import Party, StatementPeriod

if TYPE_CHECKING:
    from accounts.models import Installer


NO_FACTS = JobFacts()


class BonusEstimate(NamedTuple):
    """One bonus rule of the running period for one payee, as if the period ended now.

    `value` and `next_at` count orders, or fen when `counts_money`; `next_at` is None at the top.
    `gives` and `next_gives` say what the bracket reached and the next one pay; `next_fen` is the
    whole bonus on the threshold of the next.
    """

    period: StatementPeriod
    label: str
    amount_fen: int
    value: int
    next_at: int | None
    counts_money: bool
    why: tuple[str, ...]
    graduated: bool
    gives: str
    next_gives: str
    next_fen: int

    @property
    def missing(self) -> int:
        """What is missing to the next bracket; 0 at the top."""
        return 0 if self.next_at is None else self.next_at - self.value

    @property
    def share(self) -> int:
        """How far it is to the next bracket in percent; 100 at the top."""
        return 100 if not self.next_at else min(100, 100 * self.value // self.next_at)


def bonus_estimates(*, installer: Installer) -> list[BonusEstimate]:
    """Return the installer's bonuses of the period of today, by rule; empty without such rules."""
    party = Party.objects.filter(installer=installer).first()
    today = clock.business_day()
    period = StatementPeriod.objects.filter(starts_on__lte=today, ends_on__gte=today).first()
    if party is None or period is None:
        return []
    found = []
    for bonus in bonuses_of(period, party=party):
        for rule in bonus.rules:
            lines = [line for line in bonus.lines if line.code == rule.code]
            following = rule.following(bonus.facts)
            found.append(
                BonusEstimate(
                    period=period,
                    label=rule.label,
                    amount_fen=sum(line.amount_fen for line in lines),
                    value=rule.measured(bonus.facts),
                    next_at=following.start if following else None,
                    counts_money=rule.measure != ORDERS,
                    why=tuple(said for line in lines for said in why_of(line, {}, NO_FACTS)),
                    graduated=rule.graduated,
                    gives=_gives(rule, rule.reached(bonus.facts)),
                    next_gives=_gives(rule, following) if following else "",
                    next_fen=_at(rule, bonus.facts, following) if following else 0,
                )
            )
    return found


def _gives(rule: PeriodRule, bracket: PeriodBracket | None) -> str:
    if not rule.by_order:
        return percent(bracket.rate_bp if bracket else 0, WHOLE_BP)
    fen = bracket.each_fen if bracket else 0
    return gettext("%(money)s a job") % {"money": formatting.money(fen)}


def _at(rule: PeriodRule, facts: PeriodFacts, bracket: PeriodBracket) -> int:
    """The bonus on the threshold of a bracket; what is not measured stays as it is."""
    counts = rule.measure == ORDERS
    then = (
        facts._replace(orders=bracket.start) if counts else facts._replace(amount_fen=bracket.start)
    )
    return sum(line.amount_fen for line in settle_period((rule,), rule.party, then))


class BonusOutlook(NamedTuple):
    """What locking a period will post: payees who get a bonus, and all of it in fen."""

    payees: int
    total_fen: int


def bonus_outlook(period: StatementPeriod) -> BonusOutlook:
    """Return the bonuses of an open period as if it were locked now."""
    found = [bonus for bonus in bonuses_of(period) if bonus.amount_fen]
    return BonusOutlook(
        len({bonus.party_id for bonus in found}), sum(bonus.amount_fen for bonus in found)
    )
