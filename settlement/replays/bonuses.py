"""Bonuses of periods in a replay: what the payees of its orders would get at the end of each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from network.models import OrgUnit
from settlement.bonuses.reckoning import counted, facts_of, first_days
from settlement.engine.periods import settle_period
from settlement.engine.rules import compile_rules
from settlement.models import StatementPeriod
from settlement.replays.tally import bar_of, grow
from settlement.services.parties import unit_party
from settlement.services.rules_in_force import compiled, version_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settlement.engine.periods import PeriodFacts, PeriodRule
    from settlement.models import Replay
    from settlement.replays.tally import Tally
    from settlement.shadow import Stored

KEPT = 200
"""Changed bonuses kept of a replay: the largest."""
PAYER = "hq"


def periods_of(replay: Replay, rows: Sequence[Stored]) -> dict[int, str]:
    """Return the first day of the period each order counts in; empty where no rules have bonuses."""
    listed = replay.draft.rule_set.versions.values_list("body__period", flat=True)
    if not replay.body.get("period") and not any(listed):
        return {}
    return {pk: first.isoformat() for pk, first in first_days(row.order_id for row in rows).items()}


def add_bonuses(replay: Replay, tally: Tally) -> None:
    """Add the bonuses of the periods to a tally whose orders are all through.

    A bonus counts a whole period: orders the replay left out count as they stand, and the period is
    listed as cut. Before: by the rules in force on the period's last day, as a lock reckons.
    """
    industry = replay.draft.rule_set.industry
    drafted = compile_rules(replay.body).periods
    payer = unit_party(OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)).pk
    for first, replayed in sorted(tally.period_orders.items()):
        period = StatementPeriod.objects.get(starts_on=date.fromisoformat(first))
        version = version_in_force(industry=industry, on=period.ends_on)
        standing = compiled(version).periods if version else ()
        if not standing and not drafted:
            continue
        everything = counted(period).filter(version__rule_set__industry=industry).count()
        if replayed < everything:
            tally.bonuses.cut.append([first, replayed, everything])
        money = tally.period_money.get(first, {})
        roles = {rule.party for rule in (*standing, *drafted)}
        for payee, role, facts in facts_of(period, industry, roles):
            before, after = money.get(f"{role}:{payee}", (0, 0))
            then = facts._replace(amount_fen=facts.amount_fen + after - before)
            was, now = _bonus(standing, role, facts), _bonus(drafted, role, then)
            row: list[int | str] = [
                first,
                role,
                payee,
                facts.orders,
                facts.amount_fen,
                then.amount_fen,
                was,
                now,
                version.pk if version else 0,
            ]
            _add(tally, payer, row)
    rows = sorted(tally.bonuses.rows, key=lambda row: (-abs(row[7] - row[6]), *row[:3]))
    tally.bonuses.rows = rows[:KEPT]
    tally.period_money = {}


def _bonus(rules: Sequence[PeriodRule], role: str, facts: PeriodFacts) -> int:
    return sum(line.amount_fen for line in settle_period(rules, role, facts))


def _add(tally: Tally, payer: int, row: list[int | str]) -> None:
    role, payee, was, now = str(row[1]), int(row[2]), int(row[6]), int(row[7])
    if not was and not now:
        return
    grow(tally.bonuses.roles, role, was, now)
    grow(tally.bonuses.roles, PAYER, -was, -now)
    grow(tally.payees, str(payee), was, now)
    grow(tally.payees, str(payer), -was, -now)
    tally.bonuses.histogram[bar_of(now - was)] += 1
    if was != now:
        tally.bonuses.changed += 1
        tally.bonuses.rows.append(row)
