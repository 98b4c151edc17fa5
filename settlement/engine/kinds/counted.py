"""Kinds that count something: units, materials, distance steps, brackets."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from settlement.engine.facts import JobFacts, MaterialUse, reader
from settlement.engine.money import share_fen
from settlement.engine.on_site import counted, counted_value, counting
from settlement.engine.part import WHOLE_BP, Because, Part, Price, Rate
from settlement.engine.reading import N_, Section
from settlement.engine.result import LineRow
from settlement.engine.scope import Step
from settlement.engine.tables import MATERIAL, Lookup, Unknown, lookup
from settlement.engine.writing import computed_price, computed_share, looked_up_share


def per_unit(part: Part) -> Step:
    """`unit_fen` for each `per` units of the fact `quantity`, beyond `free`, at most `most`."""
    section = part.section
    unit, per = section.number("unit_fen"), section.number("per", 1, least=1)
    free, most = section.number("free", 0, least=0), section.number("most", 0, least=0)
    name = part.fact("quantity")
    read, skip, rule, always = counting(name), part.skip_unknown, part.rule, part.always
    fixed = part.because(fact=name, per=per, **({"free": free} if free else {}))

    def price_of(facts: JobFacts, notes: list[str]) -> Price | None:
        count = read(facts)
        if count is None or (count == 0 and not always):
            if count is None and not skip:
                notes.append(name)
            return None
        if free:
            count = max(0, count - free)
        return rule, unit, min(count, most) if most else count, per, fixed

    return computed_price(part, price_of)


def materials(part: Part) -> Step:
    """One line per material used: milli-quantity × unit price / 1000; codes CODE1, CODE2, …

    The price is the one recorded with the job, or that of a `grid` of purchase prices (rows are
    materials, columns any fact); a material without a row keeps its recorded price.
    """
    code, party, slot, rule = part.code, part.party, part.slot, part.rule
    part.reads.append("materials")
    always, skip = part.always, part.skip_unknown
    known: dict[str, Because] = {}
    bought = _purchase_prices(part)

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        used = facts.materials
        if used is not None and bought is not None:
            used = bought(facts, used, notes)
        if used is None:
            if not skip and facts.materials is None:
                notes.append("materials")
            return
        total = 0
        for number, (material, milli_qty, unit_fen) in enumerate(used, start=1):
            amount = share_fen(unit_fen, milli_qty, 1000)
            if not amount and not always:
                continue
            total += amount
            why = known.get(material)
            if why is None:
                why = known[material] = part.because(material=material)
            name = f"{code}{number}"
            lines.append(
                (len(lines) + 1, name, party, rule, unit_fen, milli_qty, 1000, amount, why)
            )
        amounts[slot] = total

    return step


def charges(part: Part) -> Step:
    """One line per confirmed extra charge: the share of it that is the installer's; CODE1, CODE2 …

    Amount and share stand with the charge: the tariff of the moment it was confirmed.
    """
    part.refuse_bounds()
    code, party, slot, rule = part.code, part.party, part.slot, part.rule
    always = part.always
    part.reads.append("charges")
    part.scope.contents[slot] = Counter({slot: 1})

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        for number, use in enumerate(facts.charges, start=1):
            amount = share_fen(use.amount_fen, use.installer_bp, WHOLE_BP)
            if not amount and not always:
                continue
            amounts[slot] += amount
            proof = {"photo": use.photo} if use.photo else {}
            why = part.because(charge=use.code, **proof)
            row = (rule, use.amount_fen, use.installer_bp, WHOLE_BP, amount, why)
            lines.append((len(lines) + 1, f"{code}{number}", party, *row))

    return step


Used = tuple[MaterialUse, ...]


def _purchase_prices(part: Part) -> Callable[[JobFacts, Used, list[str]], Used | None] | None:
    """Return a function that prices materials by the grid; None without a grid."""
    if not part.section.has("grid"):
        return None
    name = part.section.text("grid")
    grid = part.scope.grids.get(name)
    if grid is None or grid.rows_by != (MATERIAL,):
        part.section.wrong(N_("there is no grid of materials %(name)s"), "grid", name=name)
        return None
    column = reader(grid.column_by) if grid.column_by else None
    part.reads += [grid.column_by] if grid.column_by else []

    def priced(facts: JobFacts, used: Used, notes: list[str]) -> Used | None:
        at = () if column is None else (column(facts),)
        if None in at:
            notes.extend([] if part.skip_unknown else [str(grid.column_by)])
            return None
        found = [(use, grid.find((use.code, *at))) for use in used]
        return tuple(
            use
            if price is None or isinstance(price, Unknown)
            else use._replace(unit_price_fen=price[0])
            for use, price in found
        )

    return priced


def steps(part: Part) -> Step:
    """Each `step` beyond `free` of a fact adds `rate_bp` of the base, or `amount_fen`.

    `counted`: only full steps, or every started one; never more than `most`.
    """
    section = part.section
    name = part.fact("measure", "distance_m")
    free, size = section.number("free", 0, least=0), section.number("step", least=1)
    most = section.number("most", least=1)
    started = section.choice("counted", ("full", "started")) == "started"
    read, skip, rule = counting(name), part.skip_unknown, part.rule
    rated = section.has("rate_bp")
    unit = section.number("rate_bp" if rated else "amount_fen")
    if rated:
        part.use_base()
    fixed = part.because(fact=name, free=free, step=size, counted="started" if started else "full")

    def counted(value: int) -> tuple[int, Because]:
        beyond = value - free
        reached = -(-beyond // size) if started else beyond // size
        used = min(reached, most)
        why = {**fixed, "value": value, "beyond": beyond, "steps": used}
        return used, why if used == reached else {**why, "reached": reached}

    def rate_of(facts: JobFacts, notes: list[str]) -> Rate | None:
        value = read(facts)
        if value is None or value <= free:
            if value is None and not skip:
                notes.append(name)
            return None
        used, why = counted(value)
        return rule, unit * used, WHOLE_BP, why

    def price_of(facts: JobFacts, notes: list[str]) -> Price | None:
        rate = rate_of(facts, notes)
        return rate and (rule, unit, rate[3]["steps"], 1, rate[3])

    return computed_share(part, rate_of) if rated else computed_price(part, price_of)


class Bracket:
    """One bracket: from a threshold up to the next one."""

    __slots__ = ("end", "gives", "id", "start")

    def __init__(self, row: Section, code: str, unit: str) -> None:
        self.start = row.number("from")
        self.end: int | None = None
        self.gives = row.number(unit)
        self.id = row.text("id", f"{code}-{self.start}")
        row.done()


def brackets(part: Part) -> Step:
    """Brackets of a fact. `volume`: the bracket reached holds for all; `graduated`: each its part.

    They give `rate_bp` of the base (volume only), or `unit_fen` for each of `per` units.
    """
    section = part.section
    name = part.fact("measure")
    scheme = section.choice("scheme", ("volume", "graduated"))
    unit = section.choice("gives", ("rate_bp", "unit_fen"))
    rows = section.sections("brackets")
    parts = [Bracket(row, part.code, unit) for row in rows]
    for lower, upper in pairwise(parts):
        lower.end = upper.start
        if upper.start <= lower.start:
            section.wrong(N_("brackets must rise"), "brackets")
    if scheme == "graduated":
        if unit == "rate_bp":
            section.wrong(N_("graduated brackets give a price per unit"), "gives")
        return _graduated(part, name, parts)
    if unit == "unit_fen":
        return computed_price(part, _volume_price(part, name, parts))
    part.use_base()
    return looked_up_share(part, _volume_rates(part, name, parts))


def _reached(parts: list[Bracket], value: int) -> Bracket | None:
    return next((b for b in reversed(parts) if value >= b.start), None)


def _volume_rates(part: Part, name: str, parts: list[Bracket]) -> Lookup:
    unknown = None if part.skip_unknown else Unknown((name,))

    def rate(values: tuple[Any, ...]) -> Rate | Unknown | None:
        value = counted_value(values)
        if value is None:
            return unknown
        bracket = _reached(parts, value)
        if bracket is None:
            return None
        why = part.because(fact=name, value=value, reached=bracket.start)
        return part.rate(bracket.id, bracket.gives, why)

    return lookup(counted(name), rate)


def _volume_price(
    part: Part, name: str, parts: list[Bracket]
) -> Callable[[JobFacts, list[str]], Price | None]:
    value_of, per = part.measure(name), part.section.number("per", 1, least=1)

    def price_of(facts: JobFacts, notes: list[str]) -> Price | None:
        value = value_of(facts, notes)
        bracket = None if value is None else _reached(parts, value)
        if value is None or bracket is None:
            return None
        why = part.because(fact=name, value=value, reached=bracket.start, per=per)
        return bracket.id, bracket.gives, value, per, why

    return price_of


def _graduated(part: Part, name: str, parts: list[Bracket]) -> Step:
    part.refuse_bounds()
    value_of, per = part.measure(name), part.section.number("per", 1, least=1)
    code, party, slot = part.code, part.party, part.slot

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        value = value_of(facts, notes)
        if value is None:
            return
        for bracket in parts:
            upto = value if bracket.end is None else min(value, bracket.end)
            units = upto - bracket.start
            amount = share_fen(bracket.gives, units, per) if units > 0 else 0
            if amount:
                amounts[slot] += amount
                why = part.because(fact=name, value=value, start=bracket.start, per=per)
                lines.append(
                    (
                        len(lines) + 1,
                        code,
                        party,
                        bracket.id,
                        bracket.gives,
                        units,
                        per,
                        amount,
                        why,
                    )
                )

    return step
