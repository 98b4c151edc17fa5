"""Bonuses on what a payee did in a whole period: brackets on a count or an amount, as lines.

A body lists them under `period`. `volume`: the bracket reached counts for all of it, so the line
can only be written when the period ends. `graduated`: each bracket counts for its own part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from settlement.engine.money import share_fen
from settlement.engine.reading import N_, Section
from settlement.engine.result import Line

ORDERS, AMOUNT = "period_orders", "period_fen"
WHOLE_BP = 10_000


class PeriodFacts(NamedTuple):
    """What one payee did in the period: settled orders, and what they brought in fen."""

    orders: int
    amount_fen: int


class PeriodBracket(NamedTuple):
    """From a threshold on: fen for each order, or a rate of the amount in basis points."""

    start: int
    end: int | None
    each_fen: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """One bonus of a rule set; `measure` is what the thresholds count."""

    code: str
    label: str
    party: str
    measure: str
    graduated: bool
    by_order: bool
    brackets: tuple[PeriodBracket, ...]

    def reached(self, facts: PeriodFacts) -> PeriodBracket | None:
        """Return the highest bracket the facts reach; None below the first."""
        found = [one for one in self.brackets if one.start <= self.measured(facts)]
        return found[-1] if found else None

    def following(self, facts: PeriodFacts) -> PeriodBracket | None:
        """Return the next bracket to reach; None at the top."""
        return next((one for one in self.brackets if one.start > self.measured(facts)), None)

    def measured(self, facts: PeriodFacts) -> int:
        """Return what the thresholds are compared with."""
        return facts.orders if self.measure == ORDERS else facts.amount_fen


def settle_period(rules: Sequence[PeriodRule], party: str, facts: PeriodFacts) -> tuple[Line, ...]:
    """Return the bonuses of one payee of a party; nothing below the first bracket."""
    lines: list[Line] = []
    for rule in rules:
        if rule.party == party:
            for bracket, operands in _parts(rule, facts):
                line = _line(len(lines) + 1, rule, bracket, operands, rule.measured(facts))
                if line.amount_fen:
                    lines.append(line)
    return tuple(lines)


def _parts(rule: PeriodRule, facts: PeriodFacts) -> list[tuple[PeriodBracket, int]]:
    """The brackets that pay with what they pay for: all of it, or the part inside each."""
    if not rule.graduated:
        bracket = rule.reached(facts)
        whole = facts.orders if rule.by_order else facts.amount_fen
        return [(bracket, whole)] if bracket else []
    value = rule.measured(facts)
    # The first order of a bracket is its threshold itself; an amount begins beyond it.
    before = 1 if rule.by_order else 0
    parts = []
    for one in rule.brackets:
        top = value if one.end is None else min(value, one.end - before)
        if top > one.start - before:
            parts.append((one, top - one.start + before))
    return parts


def _line(number: int, rule: PeriodRule, bracket: PeriodBracket, of: int, value: int) -> Line:
    because = {
        "how": "period", "fact": rule.measure, "value": value, "start": bracket.start,
        "label": rule.label,
    }  # fmt: skip
    if rule.by_order:
        base_fen, num, den = bracket.each_fen, of, 1
    else:
        base_fen, num, den = of, bracket.rate_bp, WHOLE_BP
        because["of"] = [AMOUNT]
    amount_fen = share_fen(base_fen, num, den)
    named = f"{rule.code}-{bracket.start}"
    return Line(number, rule.code, rule.party, named, base_fen, num, den, amount_fen, because)


def read_periods(top: Section, parties: Sequence[str]) -> tuple[PeriodRule, ...]:
    """Read the bonuses of a body; faults are collected with their places."""
    rules = [_read(section, parties) for section in top.sections("period", [])]
    codes = [rule.code for rule in rules]
    for code in {one for one in codes if codes.count(one) > 1}:
        top.wrong(N_("the code %(code)s is used twice"), "period", code=code)
    return tuple(rules)


def _read(section: Section, parties: Sequence[str]) -> PeriodRule:
    code = section.text("code")
    party = section.choice("party", list(parties) or [""])
    measure = section.choice("measure", ("orders", "amount"))
    graduated = section.choice("mode", ("volume", "graduated")) == "graduated"
    rows = section.sections("brackets")
    by_order = bool(rows) and rows[0].has("each_fen")
    brackets = _brackets(section, rows, by_order=by_order)
    if graduated and by_order != (measure == "orders"):
        message = N_("graduated brackets on orders pay for each order, on amounts a rate")
        section.wrong(message, "brackets")
    label = section.text("label", code)
    section.done()
    fact = ORDERS if measure == "orders" else AMOUNT
    return PeriodRule(code, label, party, fact, graduated, by_order, brackets)


def _brackets(
    section: Section, rows: Sequence[Section], *, by_order: bool
) -> tuple[PeriodBracket, ...]:
    read = []
    for row in rows:
        start = row.number("from", least=1)
        gives = row.number("each_fen" if by_order else "rate_bp", least=0)
        row.done()
        read.append((start, gives))
    if not read:
        section.wrong(N_("brackets are needed"), "brackets")
    for (before, less), (after, more) in pairwise(read):
        if after <= before:
            section.wrong(N_("each bracket begins above the one before"), "brackets")
        if more < less:
            # A higher bracket that pays less would let one more order lower the whole bonus.
            section.wrong(N_("a higher bracket never pays less"), "brackets")
    ends = [*(start for start, _gives in read[1:]), None][: len(read)]
    return tuple(
        PeriodBracket(start, end, gives if by_order else 0, 0 if by_order else gives)
        for (start, gives), end in zip(read, ends, strict=True)
    )
