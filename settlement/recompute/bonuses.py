"""Bonuses of locked periods in a recompute: shown as rows of their own, posted as differences.

An open period needs none: its lock reckons the bonus by what counts then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from settlement.bonuses.posting import post_bonus, whose
from settlement.bonuses.reckoning import Bonus, bonus_by, bonuses_by, facts_of, first_days
from settlement.bonuses.standing import KIND, Owner, line_of, opposite, standing_lines
from settlement.disputes.flow import OPEN
from settlement.engine.periods import PeriodFacts
from settlement.models import Dispute, RecomputeRun, RuleSetVersion, StatementPeriod
from settlement.services.rules_in_force import compiled, version_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from settlement.models import PeriodLine
    from settlement.recompute.differing import Codes
    from settlement.shadow import Part

MOVED, ROWS = "bonus_moved", "bonuses"
POSTED, LEFT, DISPUTED = "posted", "moved", "disputed"
"""What became of a row: in the books; or left, being worth another sum by now, or disputed."""
Delta = dict[tuple[str, int], list[int]]
"""What one order changes, by role and payee: orders, and fen."""


@dataclass(slots=True)
class Row:
    """One payee's bonus of a locked period, as it stands and as it would be."""

    period_id: int
    industry: str
    party_id: int
    role: str
    old_fen: int
    new_fen: int
    state: str = ""

    def plain(self) -> list[Any]:
        """Return the row as a run keeps it."""
        return [
            self.period_id, self.industry, self.party_id, self.role, self.old_fen, self.new_fen,
            self.state,
        ]  # fmt: skip


def rows_of(run: RecomputeRun) -> list[Row]:
    """Return the bonuses a run changes."""
    return [Row(*plain) for plain in run.totals.get(ROWS, [])]


def rewarded_roles() -> frozenset[str]:
    """Return the roles any published rules give bonuses to; one query."""
    listed = RuleSetVersion.objects.values_list("body__period", flat=True)
    return frozenset(str(rule["party"]) for rules in listed if rules for rule in rules)


def moved_by(
    stored: Sequence[Part], fresh: Mapping[str, Codes], to: Mapping[str, int],
    roles: frozenset[str],
) -> Delta:  # fmt: skip
    """Return what an order's new money changes for payees in roles that get bonuses."""
    found: dict[tuple[str, int], list[int]] = {}
    before: dict[tuple[str, int], int] = {}
    after: dict[tuple[str, int], int] = {}
    for _pk, role, party_id, _code, _label, fen in stored:
        if role in roles and party_id is not None:
            before[role, party_id] = before.get((role, party_id), 0) + fen
    for name, codes in fresh.items():
        key = name.partition(":")[0], to.get(name)
        if key[0] in roles and key[1] is not None:
            after[key[0], key[1]] = after.get((key[0], key[1]), 0) + sum(codes.values())
    for each in before | after:
        change = [(each in after) - (each in before), after.get(each, 0) - before.get(each, 0)]
        if any(change):
            found[each] = change
    return found


def note_moved(run: RecomputeRun, moved: Mapping[tuple[int, str], Delta]) -> None:
    """Add what orders (by id and industry) change to the run's sums by the period each counts in."""
    days = first_days(order_id for order_id, _industry in moved) if moved else {}
    sums = run.totals.setdefault(MOVED, {})
    for (order_id, industry), delta in moved.items():
        if order_id not in days:
            continue
        for (role, party_id), (orders, fen) in delta.items():
            key = f"{days[order_id].isoformat()}/{industry}/{role}/{party_id}"
            kept = sums.setdefault(key, [0, 0])
            kept[0] += orders
            kept[1] += fen


def find_bonuses(run: RecomputeRun) -> None:
    """Note the bonuses of locked periods that would be others; call it when all orders are through."""
    moved: dict[tuple[str, str], Delta] = {}
    for key, change in run.totals.pop(MOVED, {}).items():
        first, industry, role, party_id = key.split("/")
        moved.setdefault((first, industry), {})[role, int(party_id)] = change
    found = []
    for period, industry in _periods(run, moved):
        delta = moved.get((period.starts_on.isoformat(), industry), {})
        found += list(_differing(run, period, industry, delta))
    run.totals[ROWS] = [row.plain() for row in found]


def post_bonus_differences(run: RecomputeRun) -> None:
    """Post the approved rows into the first open period; what is worth another sum by now is left."""
    rows = rows_of(run)
    groups: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.period_id, row.industry), []).append(row)
    periods = StatementPeriod.objects.select_for_update().order_by("pk")
    locked = {one.pk: one for one in periods.filter(pk__in={row.period_id for row in rows})}
    for (period_id, industry), group in groups.items():
        _post(run, locked[period_id], industry, group)
    run.totals[ROWS] = [row.plain() for row in rows]


def _post(run: RecomputeRun, period: StatementPeriod, industry: str, rows: Sequence[Row]) -> None:
    lines = standing_lines(period)
    version = _version(run, period, industry, lines)
    if period.state == StatementPeriod.State.OPEN or version is None:
        for row in rows:
            row.state = LEFT  # its next lock reckons the bonus anew
        return
    reached = {(each.party_id, each.role): each for each in bonuses_by(version, period, industry)}
    for row in rows:
        nothing = bonus_by(version, row.party_id, row.role, PeriodFacts(0, 0))
        bonus = reached.get((row.party_id, row.role), nothing)
        standing = lines.get(Owner(version.rule_set_id, row.party_id, row.role), [])
        if (_sum(standing), bonus.amount_fen) != (row.old_fen, row.new_fen):
            row.state = LEFT
            continue
        if Dispute.objects.filter(period_line__in=standing, state__in=OPEN).exists():
            row.state = DISPUTED
            continue
        post_bonus(
            period,
            row.party_id,
            [*(line_of(line, version) for line in bonus.lines), *opposite(standing)],
            f"{KIND}:{period.pk}:run{run.pk}:{whose(bonus)}",
            corrects=standing[0].entry if standing else None,
        )
        row.state = POSTED


def _periods(
    run: RecomputeRun, moved: Mapping[tuple[str, str], Delta]
) -> list[tuple[StatementPeriod, str]]:
    """Return the locked periods to look at: those of orders that change, and those of a version."""
    locked = StatementPeriod.objects.exclude(state=StatementPeriod.State.OPEN)
    firsts = {date.fromisoformat(first) for first, _industry in moved}
    known = {one.starts_on: one for one in locked.filter(starts_on__in=firsts)}
    found = {
        (known[date.fromisoformat(first)], industry)
        for first, industry in moved
        if date.fromisoformat(first) in known
    }
    if run.version is not None:
        reach = locked.filter(ends_on__gte=run.version.effective_from)
        if run.version.effective_to:
            reach = reach.filter(ends_on__lte=run.version.effective_to)
        found |= {(one, run.version.rule_set.industry) for one in reach}
    return sorted(found, key=lambda each: (each[0].starts_on, each[1]))


def _differing(
    run: RecomputeRun, period: StatementPeriod, industry: str, delta: Delta
) -> Iterator[Row]:
    """Yield the bonuses of a period that change; without other rules only those of moved payees."""
    lines = standing_lines(period)
    version = _version(run, period, industry, lines)
    if version is None:
        return
    posted = {
        (owner.role, owner.party_id): _sum(each)
        for owner, each in lines.items()
        if owner.rule_set_id == version.rule_set_id
    }
    for key, bonus in _would_be(version, period, industry, delta, posted).items():
        old_fen = posted.get(key, 0)
        if bonus.amount_fen != old_fen and (run.version is not None or key in delta):
            yield Row(period.pk, industry, key[1], key[0], old_fen, bonus.amount_fen)


def _would_be(
    version: RuleSetVersion, period: StatementPeriod, industry: str, delta: Delta,
    posted: Mapping[tuple[str, int], int],
) -> dict[tuple[str, int], Bonus]:  # fmt: skip
    roles = {rule.party for rule in compiled(version).periods} | {role for role, _party in posted}
    facts = {(role, party): each for party, role, each in facts_of(period, industry, roles)}
    found = {}
    for role, party in sorted({*facts, *delta, *posted}):
        orders, fen = delta.get((role, party), [0, 0])
        now = facts.get((role, party), PeriodFacts(0, 0))
        then = PeriodFacts(now.orders + orders, now.amount_fen + fen)
        found[role, party] = bonus_by(version, party, role, then)
    return found


def _version(
    run: RecomputeRun, period: StatementPeriod, industry: str,
    lines: Mapping[Owner, Sequence[PeriodLine]],
) -> RuleSetVersion | None:  # fmt: skip
    """Return whose rules count for a period's bonuses in a run: a corrected fact changes no rule."""
    if run.cause != RecomputeRun.Cause.FACT:
        return version_in_force(industry=industry, on=period.ends_on, known_at=run.known_at)
    for each in lines.values():
        if each[0].version.rule_set.industry == industry:
            return next((one for one in reversed(each) if one.amount_fen > 0), each[0]).version
    return version_in_force(industry=industry, on=period.ends_on, known_at=period.locked_at)


def _sum(lines: Sequence[PeriodLine]) -> int:
    return sum(line.amount_fen for line in lines)
