"""How far a payee's bonus of the running period is, and what the whole company's will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext

from common import clock
from settlement.bonuses.reckoning import bonuses_of
from settlement.engine.explain import explain
from settlement.engine.periods import ORDERS
from settlement.models import Party, StatementPeriod

if TYPE_CHECKING:
    from accounts.models import Installer


class BonusEstimate(NamedTuple):
    """One bonus rule of the running period for one payee, as if the period ended now.

    `value` and `next_at` count orders, or fen when `counts_money`; `next_at` is None at the top.
    """

    period: StatementPeriod
    label: str
    amount_fen: int
    value: int
    next_at: int | None
    counts_money: bool
    why: str

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
                    why="; ".join(explain(line, gettext) for line in lines),
                )
            )
    return found


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
