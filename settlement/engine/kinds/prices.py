"""Kinds with an amount of their own: price list, decision table, flat amount."""

from collections.abc import Callable
from typing import Any

from settlement.engine.facts import JobFacts
from settlement.engine.part import WHOLE_BP, Because, Part, Price, PriceOf, note_unknown
from settlement.engine.reading import N_
from settlement.engine.result import Line
from settlement.engine.scope import Step
from settlement.engine.tables import NEW, Lookup, Row, Table, Unknown, lookup

NO_PRICE = "no_price"


def flat(part: Part) -> Step:
    """`amount_fen` as it stands."""
    fen = part.section.number("amount_fen")
    fixed: Price = (part.rule, fen, None, None, part.because(flat_fen=fen))
    return part.write_price(lambda _facts, _notes: fixed)


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
        return part.write_looked_up_share(
            part.from_table(
                rules, lambda row, why: (row.id, part.share_bp(row.gives[take]), WHOLE_BP, why)
            ),
        )
    return part.write_price(_looked_up(part.from_table(rules, _flat_from(take))))


def _looked_up(prices: Lookup) -> PriceOf:
    read, recall, learn = prices

    def price_of(facts: JobFacts, notes: list[str]) -> Price | None:
        found: Price | Unknown | None = recall(read(facts), NEW)
        if found is NEW:
            found = learn(facts)
        if found.__class__ is tuple:
            return found  # type: ignore[return-value]  # the class was asked; Unknown is another
        note_unknown(found, notes)
        return None

    return price_of


def _flat_from(take: str) -> Any:
    def answer(row: Row, because: Because) -> Price:
        fen = row.gives[take]
        return row.id, fen, None, None, {**because, "flat_fen": fen}

    return answer


def _collect(part: Part, rules: Table, take: str, gives: str) -> Step:
    """One line per row that applies: several adjustments of one kind stand beside each other."""
    part.reads += rules.inputs
    find = lookup(rules.inputs, rules.find).ask
    code, party, slot, always = part.code, part.party, part.slot, part.always
    base_slot, total, rated = part.base_slot, part.total, gives == "rate"

    def step(facts: JobFacts, amounts: list[int], lines: list[Line], notes: list[str]) -> None:
        found = find(facts)
        if isinstance(found, Unknown):
            notes.extend(found.names)
            return
        base = (amounts[base_slot] if total is None else total(amounts)) if rated else None
        for hit in found:
            line = _row_line(part, hit, base, take)
            if line.amount_fen or always:
                amounts[slot] += line.amount_fen
                lines.append(line._replace(seq=len(lines) + 1, code=code, party=party))

    return step


def _row_line(part: Part, hit: Any, base: int | None, take: str) -> Line:
    label = {"label": hit.row.label} if hit.row.label else {}
    because = part.because(facts=hit.facts, **label)
    fen = hit.row.gives[take]
    if base is None:
        because = {**because, "flat_fen": fen}
        return Line(0, "", "", hit.row.id, None, None, None, fen, because)
    num = part.share_bp(fen)
    return part.share_line(hit.row.id, base, num, WHOLE_BP, because)


def price(part: Part) -> Step:
    """Unit price from a `grid` × quantity × a coefficient from a table (`tier`, `take`).

    A job without a price keeps its line, with amount 0 and the flag no_price.
    """
    section = part.section
    quantity = part.measure(part.fact("quantity", "quantity"))
    name = section.text("grid")
    grid = part.scope.grids.get(name)
    if grid is None:
        section.wrong(N_("there is no grid %(name)s"), "grid", name=name)
        return part.nothing
    part.reads += grid.inputs
    read, recall, learn = lookup(grid.inputs, grid.find)
    tier_of = _tier(part) if section.has("tier") else None
    rule, kind = part.rule, part.kind
    plain: tuple[str, int, Because] = (rule, WHOLE_BP, {})

    def price_of(facts: JobFacts, notes: list[str]) -> Price | None:
        tier = plain if tier_of is None else tier_of(facts, notes)
        count = quantity(facts, notes)
        found = recall(read(facts), NEW)
        if found is NEW:
            found = learn(facts)
        if found is None or isinstance(found, Unknown):
            notes.extend((NO_PRICE,) if found is None else found.names)
            return None
        if tier is None or count is None:
            return None
        unit_fen, row = found
        used, num, why = tier
        because = {"how": kind, "unit_fen": unit_fen, "quantity": count, "row": row, **why}
        return used, unit_fen * count, num, WHOLE_BP, because

    return part.write_price(price_of)


def _tier(part: Part) -> Callable[[JobFacts, list[str]], Any] | None:
    section = part.section
    name, take = section.text("tier"), section.text("take", "coef_bp")
    if name not in part.scope.tables:
        section.wrong(N_("there is no table %(name)s"), "tier", name=name)
        return None
    rules = part.scope.tables[name]
    part.require_numbers(rules, take)
    tiers = part.from_table(
        rules,
        lambda row, why: (
            row.id,
            row.gives[take],
            {"facts": why["facts"], "tier": why.get("label", row.id)},
        ),
    )
    return _looked_up(tiers)
