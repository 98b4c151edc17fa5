"""Kinds that hold a sum within limits: cap and floor."""

from settlement.engine.facts import JobFacts
from settlement.engine.part import Part
from settlement.engine.result import LineRow
from settlement.engine.scope import Step


def limit(part: Part) -> Step:
    """Brings the base down to at most (cap) or up to at least (floor) `limit_fen`."""
    part.use_base()
    limit_fen = part.section.number("limit_fen")
    code, party, slot, rule = part.code, part.party, part.slot, part.rule
    base_slot, total = part.base_slot, part.total
    because = part.because(limit_fen=limit_fen)
    capped, always = part.kind == "cap", part.always

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        base = amounts[base_slot] if total is None else total(amounts)
        beyond = limit_fen - base
        amount = min(0, beyond) if capped else max(0, beyond)
        if amount or always:
            amounts[slot] = amount
            lines.append((len(lines) + 1, code, party, rule, base, None, None, amount, because))

    return step
