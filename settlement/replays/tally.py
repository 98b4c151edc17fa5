"""What a replay adds up: who gains, who loses, how the changes spread, which rows fired."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from settlement.engine.money import allocate

if TYPE_CHECKING:
    from settlement.engine.result import Outcome

INSTALLER = "installer"
EDGES_FEN = (-5_000, -2_000, -1_000, -500, -1, 0, 500, 1_000, 2_000, 5_000)
"""Upper edges of the bars, in fen of one order; the bar of 0 holds what stays as it is."""
# (role, id of the payee or None) -> fen
Shares = Mapping[tuple[str, int | None], int]
People = Callable[[int], int | None] | None
"""The payee (id) of an installer (id)."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The payee of one order whose money changes most: installers before everybody else."""

    payee_id: int | None
    before_fen: int
    after_fen: int


@dataclass(slots=True)
class BonusTally:
    """Bonuses of the periods the replayed orders count in; added up when all orders are through.

    `rows` are the largest changes: period (first day), role, payee, orders, money before and
    after, the bonus before and after, and the version (id) of before, 0 for none. `cut` are periods of which not all orders were replayed:
    first day, those that were, and all.
    """

    roles: dict[str, list[int]] = field(default_factory=dict)
    histogram: list[int] = field(default_factory=lambda: [0] * (len(EDGES_FEN) + 1))
    changed: int = 0
    rows: list[list[Any]] = field(default_factory=list)
    cut: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """Sums over the orders replayed so far; lists are [before, after] in fen."""

    orders: int = 0
    changed: int = 0
    roles: dict[str, list[int]] = field(default_factory=dict)
    payees: dict[str, list[int]] = field(default_factory=dict)
    regions: dict[str, list[int]] = field(default_factory=dict)  # of installers; then orders
    histogram: list[int] = field(default_factory=lambda: [0] * (len(EDGES_FEN) + 1))
    hits: dict[str, int] = field(default_factory=dict)  # "component/row" -> orders it fired in
    problems: dict[str, int] = field(default_factory=dict)
    # First day of a period -> orders of it; and "role:payee" -> what these orders brought.
    period_orders: dict[str, int] = field(default_factory=dict)
    period_money: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    bonuses: BonusTally = field(default_factory=BonusTally)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Tally:
        """Return a stored tally."""
        bonuses = BonusTally(**plain.get("bonuses", {}))
        return cls(**{**plain, "bonuses": bonuses})

    def plain(self) -> dict[str, Any]:
        """Return the tally as it is stored."""
        return asdict(self)

    def add(
        self,
        before: Shares,
        outcome: Outcome,
        region: str,
        period: str = "",
        people: People = None,
    ) -> Changed | None:
        """Add one order; return the change worth keeping, None when everybody gets the same.

        `period` is the first day of the period it counts in where a bonus may depend on it;
        `people` gives the payee (id) of an installer who shares an order.
        """
        after = _after(before, outcome, people)
        self.orders += 1
        for key in {*before, *after}:
            grow(self.roles, key[0], before.get(key, 0), after.get(key, 0))
            name = str(key[1]) if key[1] is not None else f"role:{key[0]}"
            grow(self.payees, name, before.get(key, 0), after.get(key, 0))
        if period:
            self._add_to_period(period, before, after)
        was, now = _of_installers(before), _of_installers(after)
        grow(self.regions, region, was, now)
        self.regions[region][2:] = [(self.regions[region][2:] or [0])[0] + 1]
        self.histogram[bar_of(now - was)] += 1
        for hit in {f"{line.code}/{line.rule}" for line in outcome.lines}:
            self.hits[hit] = self.hits.get(hit, 0) + 1
        for flag in outcome.flags:
            self.problems[flag] = self.problems.get(flag, 0) + 1
        found = _largest(before, after)
        self.changed += found is not None
        return found

    def _add_to_period(self, period: str, before: Shares, after: Shares) -> None:
        self.period_orders[period] = self.period_orders.get(period, 0) + 1
        money = self.period_money.setdefault(period, {})
        for key in {*before, *after}:
            if before.get(key, 0) != after.get(key, 0):
                grow(money, f"{key[0]}:{key[1]}", before.get(key, 0), after.get(key, 0))


def bar_of(diff_fen: int) -> int:
    """Return the bar of the histogram a change belongs to."""
    return bisect_left(EDGES_FEN, diff_fen)


def _after(before: Shares, outcome: Outcome, people: People) -> dict[tuple[str, int | None], int]:
    """What the outcome gives to whom: people who share a party by their own lines."""
    shared = {line.party for line in outcome.lines if line.who is not None} if people else set()
    rest = {role: fen for role, fen in outcome.totals.items() if role not in shared}
    found = shared_like(before, rest)
    for line in outcome.lines:
        if people and line.party in shared:
            payee = people(line.who) if line.who is not None else _first(before, line.party)
            found[line.party, payee] = found.get((line.party, payee), 0) + line.amount_fen
    return found


def _first(before: Shares, role: str) -> int | None:
    return next((payee for name, payee in before if name == role), None)


def shared_like(before: Shares, totals: Mapping[str, int]) -> dict[tuple[str, int | None], int]:
    """Return the new totals of the roles, given to those who had the role's money before."""
    found: dict[tuple[str, int | None], int] = {}
    for role, total in totals.items():
        keys = [key for key in before if key[0] == role] or [(role, None)]
        weights = [abs(before.get(key, 0)) for key in keys]
        parts = allocate(total, weights if any(weights) else [1] * len(keys))
        found |= dict(zip(keys, parts, strict=True))
    return found


def grow(sums: dict[str, list[int]], key: str, before: int, after: int) -> None:
    """Add money before and after to a sum."""
    entry = sums.setdefault(key, [0, 0])
    entry[0] += before
    entry[1] += after


def _of_installers(shares: Shares) -> int:
    return sum(fen for (role, _payee), fen in shares.items() if role == INSTALLER)


def _largest(before: Shares, after: Shares) -> Changed | None:
    keys = [key for key in {*before, *after} if before.get(key, 0) != after.get(key, 0)]
    if not keys:
        return None
    size = {key: abs(after.get(key, 0) - before.get(key, 0)) for key in keys}
    key = max(keys, key=lambda k: (k[0] == INSTALLER, size[k], k[0], k[1] or 0))
    return Changed(key[1], before.get(key, 0), after.get(key, 0))
