"""Kinds with an amount of their own: price list, decision table, flat amount."""

from collections.abc import Callable
from typing import Any

from settlement.engine.facts import JobFacts
from settlement.engine.money import share_fen
from settlement.engine.part import NO_RULE, WHOLE_BP, Because, Part, Price
from settlement.engine.reading import N_
from settlement.engine.result import LineRow
from settlement.engine.scope import Step
from settlement.engine.tables import MATERIAL, Row, Table, Unknown, lookup
from settlement.engine.writing import computed_price, looked_up_price, looked_up_share

NO_PRICE = "no_price"


def flat(part: Part) -> Step:
    """`amount_fen` as it stands."""
    fen = part.section.number("amount_fen")
    fixed: Price = (part.rule, fen, None, None, part.because(flat_fen=fen))
    return computed_price(part, lambda _facts, _notes: fixed)


def table(part: Part) -> Step:
    """A decision table giving a flat amount (`take`, default amount_fen) or a rate of the base."""
    rules = part.table()
    gives = part.section.choice("gives", ("amount", "rate"), "amount")
    take = part.section.text("take", "amount_fen" if gives == "amount" else "rate_bp")
    if gives == "rate":
        part.use_base()
    if rules is None:
        return part.nothing
    part.require_numbers(rules, take)
    if rules.hit == "COLLECT":
        return _collect(part, rules, take, gives)
    if gives == "rate":
        return looked_up_share(
            part,
            part.from_table(rules, take, lambda row, why: part.rate(row.id, row.gives[take], why)),
        )
    return looked_up_price(part, part.from_table(rules, take, _flat_from(part, take)))


def _flat_from(part: Part, take: str) -> Callable[[Row, Because], Price | None]:
    def answer(row: Row, because: Because) -> Price | None:
        fen = row.gives[take]
        if fen == 0 and part.idle_at_zero:
            return None
        return row.id, fen, None, None, {**because, "flat_fen": fen}

    return answer


def _collect(part: Part, rules: Table, take: str, gives: str) -> Step:
    """One line per row that applies: several adjustments of one kind stand beside each other."""
    part.refuse_bounds()
    part.reads += rules.inputs
    find = lookup(rules.inputs, rules.find).ask
    code, party, slot, always = part.code, part.party, part.slot, part.always
    base_slot, total, rated = part.base_slot, part.total, gives == "rate"

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        found = find(facts)
        if isinstance(found, Unknown):
            notes.extend(found.names)
            return
        base = amounts[base_slot] if total is None else total(amounts)
        for row, seen in found:
            label = {"label": row.label} if row.label else {}
            because = part.because(facts=seen, **label, **part.row_set_by(row, take))
            operands: tuple[int | None, int | None, int | None]
            if rated:
                num = part.share_bp(row.gives[take])
                operands, amount = (base, num, WHOLE_BP), share_fen(base, num, WHOLE_BP)
            else:
                operands, amount = (None, None, None), row.gives[take]
                because = {**because, "flat_fen": amount}
            if amount or always:
                amounts[slot] += amount
                lines.append((len(lines) + 1, code, party, row.id, *operands, amount, because))

    return step


def price(part: Part) -> Step:
    """Unit price from a `grid` × quantity × a coefficient from a table (`tier`, `take`).

    A job without a price keeps its line, with amount 0 and the flag no_price.
    """
    section = part.section
    quantity = part.fact("quantity", "quantity")
    name = section.text("grid")
    grid = part.scope.grids.get(name)
    if grid is None or MATERIAL in grid.inputs:
        section.wrong(N_("there is no grid %(name)s"), "grid", name=name)
        return part.nothing
    tier, take = _tier(part)
    tier_inputs = tier.inputs if tier else ()
    part.reads += [*grid.inputs, *tier_inputs]
    at = len(grid.inputs)

    def answer(values: tuple[Any, ...]) -> Price | Unknown:
        count = values[-1]
        if count is None:
            return Unknown((quantity,))
        found = grid.find(values[:at])
        hits = tier.find(values[at:-1]) if tier else ()
        if found is None:
            return Unknown((NO_PRICE,))
        if isinstance(found, Unknown):
            return found
        if isinstance(hits, Unknown):
            return hits
        unit_fen, row = found
        why = part.because(
            unit_fen=unit_fen,
            quantity=count,
            row=row,
            **part.scope.set_by("grids", name, "fen", row),
        )
        if tier is None:
            return part.rule, unit_fen * count, WHOLE_BP, WHOLE_BP, why
        if not hits:
            return Unknown((NO_RULE,))
        hit = hits[0]
        where = part.scope.set_by("tables", section.raw["tier"], "rows", hit.row.id, take)
        why = {**why, **where, "facts": hit.facts, "tier": hit.row.label or hit.row.id}
        return hit.row.id, unit_fen * count, hit.row.gives[take], WHOLE_BP, why

    return looked_up_price(part, lookup((*grid.inputs, *tier_inputs, quantity), answer))


def _tier(part: Part) -> tuple[Table | None, str]:
    section = part.section
    if not section.has("tier"):
        return None, ""
    name, take = section.text("tier"), section.text("take", "coef_bp")
    table = part.scope.tables.get(name)
    if table is None:
        section.wrong(N_("there is no table %(name)s"), "tier", name=name)
    else:
        part.require_numbers(table, take)
    return table, take
