"""Kinds that take a share of earlier lines: percent, coefficient, commission, tax, reverse."""

from settlement.engine.part import WHOLE_BP, Because, Part, Rate
from settlement.engine.reading import N_
from settlement.engine.scope import Step
from settlement.engine.tables import Row
from settlement.engine.writing import fixed_share, looked_up_share


def percent(part: Part) -> Step:
    """`rate_bp` of the base, fixed or from a table's column; a coefficient adds rate − 100 %."""
    part.use_base()
    if not (part.section.has("table") or part.section.has("rows")):
        num = part.share_bp(part.section.number("rate_bp"))
        return fixed_share(part, (part.rule, num, WHOLE_BP, part.because()))
    table, take = part.table(), part.section.text("take", "rate_bp")
    if table is None:
        return part.nothing
    part.require_numbers(table, take)
    return looked_up_share(
        part,
        part.from_table(table, take, lambda row, why: part.rate(row.id, row.gives[take], why)),
    )


def commission(part: Part) -> Step:
    """A percent that belongs to somebody else: the party who earns it has to be named."""
    if not part.party:
        part.section.wrong(N_("a commission needs the party that earns it"), "party")
    return percent(part)


def tax(part: Part) -> Step:
    """`rate_bp` on top of the base, or extracted from one that includes it; fixed or by table."""
    part.use_base()
    way = part.section.choice("way", ("on_top", "extracted"), "on_top")

    def whole(rate: int) -> int:
        return WHOLE_BP + rate if way == "extracted" else WHOLE_BP

    if not (part.section.has("table") or part.section.has("rows")):
        rate = part.section.number("rate_bp", least=0)
        return fixed_share(part, (part.rule, rate, whole(rate), part.because(way=way)))
    table, take = part.table(), part.section.text("take", "rate_bp")
    if table is None:
        return part.nothing
    part.require_numbers(table, take)

    def rate_of(row: Row, why: Because) -> Rate | None:
        bp = row.gives[take]
        if bp == 0 and part.idle_at_zero:
            return None
        return row.id, bp, whole(bp), {**why, "way": way}

    return looked_up_share(part, part.from_table(table, take, rate_of))


def reverse(part: Part) -> Step:
    """Takes the base back (rework through own fault), wholly or by `rate_bp`."""
    part.use_base()
    rate = part.section.number("rate_bp", WHOLE_BP, least=0)
    return fixed_share(part, (part.rule, -rate, WHOLE_BP, part.because()))
