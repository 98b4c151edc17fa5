"""Any rule set once more, read plainly with Fraction and dicts: what the engine must equal.

Shares no code with the engine: it knows docs/settlement.md and nothing of slots, plans or memos. It
expects a body that compiles and facts without gaps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

Raw = Mapping[str, Any]


class Told(NamedTuple):
    """What a line of the outcome must say."""

    code: str
    party: str
    rule: str
    amount_fen: int


def rounded(value: Fraction) -> int:
    """Half away from zero, on the absolute amount."""
    nearest = abs(value) + Fraction(1, 2)
    whole = nearest.numerator // nearest.denominator
    return whole if value >= 0 else -whole


def handed_out(amount: int, weights: Sequence[int]) -> list[int]:
    """Largest remainders of the absolute amount; ties in the declared order."""
    exact = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: abs(amount) - sum(parts)]:
        parts[i] += 1
    return [part if amount >= 0 else -part for part in parts]


def applies(cell: Any, value: Any) -> bool:
    """Whether one cell of a decision table holds for the value of its fact."""
    if isinstance(cell, list):
        return any(applies(each, value) for each in cell)
    if not isinstance(cell, str):
        return cell in value if isinstance(value, tuple) else bool(cell == value)
    if cell == "-":
        return True
    if inside := re.fullmatch(r"not\((.*)\)", cell):
        return not applies(inside[1], value)
    if found := re.fullmatch(r"([\[(])(-?\d+)\.\.(-?\d+)([\])])", cell):
        low, high = int(found[2]), int(found[3])
        above = value >= low if found[1] == "[" else value > low
        return above and (value <= high if found[4] == "]" else value < high)
    if found := re.fullmatch(r"(<=|>=|<|>)\s*(-?\d+)", cell):
        bound = int(found[2])
        answers = {"<": value < bound, ">": value > bound, "<=": value <= bound}
        return answers.get(found[1], value >= bound)
    names = [name.strip() for name in cell.split(",")]
    values = value if isinstance(value, tuple) else (value,)
    return any(str(each) in names for each in values)


class Reading:
    """One contract read over one job."""

    def __init__(self, body: Raw, facts: Raw) -> None:
        self.body, self.facts = body, facts
        self.amounts: dict[str, int] = {}
        self.lines: list[Told] = []
        self.releases: list[Told] = []
        for part in body["components"]:
            if self.holds(part.get("when")):
                getattr(self, f"_{part['kind']}")(part)

    def holds(self, when: Any) -> bool:
        if when is None:
            return True
        cases = when if isinstance(when, list) else [when]
        return any(all(applies(c, self.facts[f]) for f, c in case.items()) for case in cases)

    def amount(self, name: str) -> int:
        if name.startswith("fact:"):
            return int(self.facts[name[5:]])
        if name in self.body.get("sums", {}):
            return self.base(self.body["sums"][name]["of"])
        return self.amounts.get(name, 0)

    def base(self, names: Any) -> int:
        listed = names if isinstance(names, list) else [names]
        return sum(-self.amount(n[1:]) if n[0] == "-" else self.amount(n) for n in listed)

    def rows(self, part: Raw) -> list[Raw]:
        """The rows that apply: all of a COLLECT table, the first of another."""
        table = part if "rows" in part else self.body["tables"][part["table"]]
        found = [row for row in table["rows"] if self.holds(row.get("when"))]
        return found if table.get("hit") == "COLLECT" else found[:1]

    def write(self, part: Raw, rule: str, amount: int, *, code: str = "", party: str = "") -> None:
        amount = max(amount, part.get("at_least_fen", amount))
        amount = min(amount, part.get("at_most_fen", amount))
        if part.get("mode") == "max":
            amount = max(0, amount - sum(self.amount(name) for name in part["over"]))
        self.amounts[part["code"]] = self.amounts.get(part["code"], 0) + amount
        if amount or part.get("emit") == "always":
            told = Told(code or part["code"], party or part.get("party", ""), rule, amount)
            self.lines.append(told)

    def added(self, part: Raw, bp: int) -> int:
        above = part["kind"] == "coefficient" or part.get("mode") == "multiply"
        return bp - 10_000 if above else bp

    def rated(self, part: Raw) -> list[tuple[str, int]]:
        """(rule, basis points) of each rate that counts: the fixed one, or those of the rows."""
        if "rate_bp" in part:
            return [(part["code"], part["rate_bp"])]
        return [(row["id"], row["rate_bp"]) for row in self.rows(part)]

    def _percent(self, part: Raw) -> None:
        base = self.base(part["base"])
        for rule, bp in self.rated(part):
            self.write(part, rule, rounded(Fraction(base * self.added(part, bp), 10_000)))

    _coefficient = _commission = _percent

    def _tax(self, part: Raw) -> None:
        base = self.base(part["base"])
        for rule, bp in self.rated(part):
            whole = 10_000 + bp if part.get("way") == "extracted" else 10_000
            self.write(part, rule, rounded(Fraction(base * bp, whole)))

    def _reverse(self, part: Raw) -> None:
        taken = Fraction(-self.base(part["base"]) * part.get("rate_bp", 10_000), 10_000)
        self.write(part, part["code"], rounded(taken))

    def _flat(self, part: Raw) -> None:
        self.write(part, part["code"], part["amount_fen"])

    def _table(self, part: Raw) -> None:
        if part.get("gives") == "rate":
            self._percent(part)
            return
        for row in self.rows(part):
            self.write(part, row["id"], row["amount_fen"])

    def _price(self, part: Raw) -> None:
        grid = self.body["grids"][part["grid"]]
        columns, at = grid.get("columns"), self.facts.get(grid.get("column_by", ""))
        unit = None
        for key in (*(self.facts[fact] for fact in grid["rows_by"]), "*"):
            row = grid["fen"].get(key)
            for column in (at, "*") if row is not None and columns else ():
                if unit is None and column in columns:
                    unit = row[columns.index(column)]
            if unit is None and row is not None and not columns:
                unit = row
        rule, bp = part["code"], 10_000
        if "tier" in part:
            row = self.rows({"table": part["tier"]})[0]
            rule, bp = row["id"], row["coef_bp"]
        self.write(part, rule, rounded(Fraction(unit * self.facts["quantity"] * bp, 10_000)))

    def _per_unit(self, part: Raw) -> None:
        count = self.facts[part["quantity"]]
        if part.get("free"):
            count = max(0, count - part["free"])
        if part.get("most"):
            count = min(count, part["most"])
        if self.facts[part["quantity"]] or part.get("emit") == "always":
            amount = Fraction(part["unit_fen"] * count, part.get("per", 1))
            self.write(part, part["code"], rounded(amount))

    def _materials(self, part: Raw) -> None:
        for number, (_name, milli, unit) in enumerate(self.facts["materials"], 1):
            amount = rounded(Fraction(milli * unit, 1000))
            self.write(part, part["code"], amount, code=f"{part['code']}{number}")

    def _charges(self, part: Raw) -> None:
        for number, charge in enumerate(self.facts["charges"], 1):
            amount = rounded(Fraction(charge[1] * charge[2], 10_000))
            self.write(part, part["code"], amount, code=f"{part['code']}{number}")

    def _steps(self, part: Raw) -> None:
        beyond = Fraction(self.facts[part["measure"]] - part["free"], part["step"])
        if beyond <= 0:
            return
        full = beyond.numerator // beyond.denominator
        started = part["counted"] == "started" and full != beyond
        steps = min(full + 1 if started else full, part["most"])
        if "rate_bp" in part:
            base = self.base(part["base"])
            self.write(
                part, part["code"], rounded(Fraction(base * part["rate_bp"] * steps, 10_000))
            )
        else:
            self.write(part, part["code"], part["amount_fen"] * steps)

    def _brackets(self, part: Raw) -> None:
        value, brackets = self.facts[part["measure"]], part["brackets"]
        ends = [*(b["from"] for b in brackets[1:]), None]
        for bracket, end in zip(brackets, ends, strict=True):
            rule = f"{part['code']}-{bracket['from']}"
            holds = value >= bracket["from"] and (end is None or value < end)
            if part["scheme"] == "graduated":
                units = (value if end is None else min(value, end)) - bracket["from"]
                gives = Fraction(bracket["unit_fen"] * max(0, units), part.get("per", 1))
                if rounded(gives):  # a part of nothing is no line, whatever the component emits
                    self.write(part, rule, rounded(gives))
            elif holds and part["gives"] == "unit_fen":
                gives = Fraction(bracket["unit_fen"] * value, part.get("per", 1))
                self.write(part, rule, rounded(gives))
            elif holds:
                bp = self.added(part, bracket["rate_bp"])
                self.write(part, rule, rounded(Fraction(self.base(part["base"]) * bp, 10_000)))

    def _window(self, part: Raw) -> None:
        start, end = (
            int(text[:2]) * 60 + int(text[3:])
            for text in (part.get("from", "00:00"), part.get("to", "24:00"))
        )
        inside = 0
        for _day, weekday, kind, at, until in self.facts["visits"]:
            fits = weekday in part.get("weekdays", range(1, 8))
            if fits and kind in part.get("day_kinds", ("workday", "rest", "holiday")):
                for minute in range(at, until):
                    over = minute >= start or minute < end
                    inside += start <= minute < end if start < end else over
        if inside < part.get("least_min", 1):
            return
        if "rate_bp" in part:
            bp = self.added(part, part["rate_bp"])
            amount = rounded(Fraction(self.base(part["base"]) * bp, 10_000))
        elif "unit_fen" in part:
            amount = rounded(Fraction(part["unit_fen"] * inside, part.get("per_min", 60)))
        else:
            amount = part["amount_fen"]
        self.write(part, part["code"], amount)

    def _cap(self, part: Raw) -> None:
        self.write(part, part["code"], min(0, part["limit_fen"] - self.base(part["base"])))

    def _floor(self, part: Raw) -> None:
        self.write(part, part["code"], max(0, part["limit_fen"] - self.base(part["base"])))

    def _split(self, part: Raw) -> None:
        base = self.base(part["base"])
        rule, weights = part["code"], [share.get("bp") for share in part["shares"]]
        if "rows" in part:
            row = self.rows(part)
            if not row:
                return
            rule, weights = row[0]["id"], row[0]["shares_bp"]
        for share, amount in zip(part["shares"], handed_out(base, weights), strict=True):
            self.write(part, rule, amount, code=share["code"], party=share["party"])

    def _release(self, part: Raw) -> None:
        left = base = self.amounts[part["code"]] = self.base(part["base"])
        for milestone in part["milestones"]:
            bp = milestone.get("rate_bp")
            amount = left if bp is None else rounded(Fraction(base * bp, 10_000))
            left -= amount
            if amount:
                code = milestone["code"]
                self.releases.append(Told(code, part.get("party", ""), code, amount))
