"""One bonus of a replay under both rules: each rule's lines with their operands, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from settlement.engine.periods import PeriodFacts, settle_period
from settlement.engine.rules import compile_rules
from settlement.engine.words import fact_word, measured
from settlement.explaining import reasons
from settlement.models import Party, RuleSetVersion, StatementPeriod
from settlement.proposals.replay_report import tally_of
from settlement.replays.rows import PairRow
from settlement.rule_sheets import party_word
from settlement.services.rules_in_force import compiled, version_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settlement.engine.periods import PeriodRule
    from settlement.models import Replay


@dataclass(frozen=True, slots=True)
class BonusPair:
    """A payee's bonus of a period before and after; `version` has the rules of before, None: none."""

    payee: str
    role: str
    period: StatementPeriod
    orders: int
    money_before_fen: int
    money_after_fen: int
    before_fen: int
    after_fen: int
    version: RuleSetVersion | None
    pairs: tuple[PairRow, ...]

    @property
    def diff_fen(self) -> int:
        """What the payee gets more (negative: less)."""
        return self.after_fen - self.before_fen


def bonus_pair(replay: Replay, at: int) -> BonusPair | None:
    """Return the kept bonus at a place of the tally with both explanations; None for no such place."""
    rows = tally_of(replay).bonuses.rows
    if at >= len(rows):
        return None
    first, role, payee, orders, money_before, money_after, was, now, *more = rows[at]
    period = StatementPeriod.objects.get(starts_on=date.fromisoformat(first))
    version = _version(replay, period, more)
    before = _mine(compiled(version).periods if version else (), role)
    after = _mine(compile_rules(replay.body).periods, role)
    old, new = PeriodFacts(orders, money_before), PeriodFacts(orders, money_after)
    return BonusPair(
        payee=Party.objects.get(pk=payee).name,
        role=party_word(role),
        period=period,
        orders=orders,
        money_before_fen=money_before,
        money_after_fen=money_after,
        before_fen=was,
        after_fen=now,
        version=version,
        pairs=tuple(
            _pair(before.get(code), old, after.get(code), new)
            for code in dict.fromkeys([*before, *after])
        ),
    )


def _version(replay: Replay, period: StatementPeriod, more: Sequence[int]) -> RuleSetVersion | None:
    """The version the bonus was compared with; replays from before it was kept: the one known then."""
    if more:
        return RuleSetVersion.objects.filter(pk=more[0]).first()
    return version_in_force(
        industry=replay.draft.rule_set.industry, on=period.ends_on, known_at=replay.advanced_at
    )


def _mine(rules: Sequence[PeriodRule], role: str) -> dict[str, PeriodRule]:
    return {rule.code: rule for rule in rules if rule.party == role}


def _pair(
    old: PeriodRule | None, before: PeriodFacts, new: PeriodRule | None, after: PeriodFacts
) -> PairRow:
    known = new or old
    before_fen, before_why = _explained(old, before)
    after_fen, after_why = _explained(new, after)
    return PairRow(
        label=known.label if known else "",
        party=party_word(known.party) if known else "",
        before_fen=before_fen,
        before_why=before_why,
        after_fen=after_fen,
        after_why=after_why,
    )


def _explained(rule: PeriodRule | None, facts: PeriodFacts) -> tuple[int | None, tuple[str, ...]]:
    """Return what a rule brings and why, in the sentences of a slip; what it misses where nothing."""
    if rule is None:
        return None, ()
    lines = settle_period((rule,), rule.party, facts)
    if lines:
        why = tuple(sentence for line in lines for sentence in reasons(line, {}))
        return sum(line.amount_fen for line in lines), why
    words = {
        "word": fact_word(rule.measure, _),
        "value": measured(rule.measure, rule.measured(facts)),
    }
    following = rule.following(facts)
    if following is None or rule.reached(facts) is not None:
        return 0, (_("%(word)s %(value)s: nothing is paid") % words,)
    words["start"] = measured(rule.measure, following.start)
    return 0, (_("%(word)s %(value)s: the first bracket begins at %(start)s") % words,)
