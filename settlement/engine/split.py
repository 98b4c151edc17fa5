"""Divides money: among parties (split), over milestones (release)."""

from collections.abc import Callable, Sequence
from typing import Any

from settlement.engine.facts import JobFacts
from settlement.engine.money import allocate, share_fen
from settlement.engine.part import WHOLE_BP, Because, Part
from settlement.engine.reading import N_, Section
from settlement.engine.result import LineRow
from settlement.engine.scope import Step
from settlement.engine.stages import waits_for_days
from settlement.engine.writing import asked

# rule, basis points by party, the reason of each share
Shares = tuple[str, tuple[int, ...], tuple[Because, ...]]


def split(part: Part) -> Step:
    """Hands the base out to `shares` (code, party) by `bp`, fixed or from a table's `take` column.

    Largest remainder on the absolute amount, ties in the declared order; nothing is lost.
    """
    section = part.section
    part.use_base()
    rows = section.sections("shares")
    to = [(row.text("code"), row.text("party"), row.text("label", ""))[:2] for row in rows]
    for row, (_, party) in zip(rows, to, strict=True):
        if party not in part.scope.parties:
            row.wrong(N_("the party %(party)s is not declared"), "party", party=party)
    fixed, find = _fixed_shares(part, rows), _shares_by_table(part, len(rows))
    for row in rows:
        row.done()
    slot, always = part.slot, part.always
    base_slot, total = part.base_slot, part.total

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        shares = fixed if find is None else find(facts, notes)
        if shares is None:
            return
        rule, weights, reasons = shares
        base = amounts[base_slot] if total is None else total(amounts)
        amounts[slot] = base
        number = len(lines)
        for (code, party), weight, amount, because in zip(
            to, weights, allocate(base, weights), reasons, strict=True
        ):
            if amount or always:
                number += 1
                lines.append((number, code, party, rule, base, weight, WHOLE_BP, amount, because))

    return step


def _fixed_shares(part: Part, rows: Sequence[Section]) -> Shares | None:
    if part.section.has("table") or part.section.has("rows"):
        return None
    weights = [row.number("bp", least=0) for row in rows]
    _check_whole(part, weights, len(rows), part.code)
    return _shares(part.rule, weights, part.because())


def _shares_by_table(part: Part, count: int) -> Callable[[JobFacts, list[str]], Any] | None:
    if not (part.section.has("table") or part.section.has("rows")):
        return None
    table, take = part.table(), part.section.text("take", "shares_bp")
    if table is None:
        return None
    for row in table.rows:
        _check_whole(part, row.gives.get(take), count, row.id)
    return asked(
        part.from_table(table, take, lambda row, why: _shares(row.id, row.gives[take], why))
    )


def _check_whole(part: Part, weights: object, wanted: int, where: str) -> None:
    right = (
        isinstance(weights, list)
        and all(type(weight) is int and weight >= 0 for weight in weights)
        and len(weights) == wanted
        and sum(weights) == WHOLE_BP
    )
    if not right:
        part.section.wrong(
            N_("the shares of %(where)s must be %(wanted)d numbers with the sum 10000"),
            where=where,
            wanted=wanted,
        )


def _shares(rule: str, weights: Sequence[int], because: Because) -> Shares:
    why = tuple({**because, "weights": list(weights), "at": i} for i in range(len(weights)))
    return rule, tuple(weights), why


def release(part: Part) -> Step:
    """Plans when the base becomes available: each milestone a share, the last one the remainder.

    Writes a line per milestone, reached or not; these lines are the same money seen by time. A
    part with `after_days` comes that many days after its stage, and is not `reached` with it: days
    pass outside of a computation. Those of the warranty end with it.
    """
    section = part.section
    part.use_base()
    rows = section.sections("milestones")
    part.reads.append("stages")
    part.scope.waits = part.scope.taken_apart(*part.terms)
    plan = [_milestone(row, row is rows[-1]) for row in rows]
    if not rows or sum(bp or 0 for _, _, _, bp, _ in plan) > WHOLE_BP:
        section.wrong(N_("milestones need a last remainder and at most 10000 before it"))
    party, slot = part.party, part.slot
    base_slot, total = part.base_slot, part.total

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        base = amounts[base_slot] if total is None else total(amounts)
        amounts[slot] = base
        before, stages = 0, facts.stages
        for code, rule, stage, bp, reasons in plan:
            why = reasons[stage in stages]
            if bp is None:
                amount, den, why = base - before, None, {**why, "before_fen": before}
            else:
                amount, den = share_fen(base, bp, WHOLE_BP), WHOLE_BP
            before += amount
            if amount:
                lines.append((len(lines) + 1, code, party, rule, base, bp, den, amount, why))

    return step


def _milestone(
    row: Section, last: bool
) -> tuple[str, str, str, int | None, tuple[Because, Because]]:
    code, stage = row.text("code"), row.text("stage")
    why: dict[str, object] = {"how": "release", "stage": stage, "label": row.text("label", code)}
    days = row.number("after_days", least=1) if row.has("after_days") else None
    if days is not None:
        why["after_days"] = days
    rate_bp = None if last else row.number("rate_bp", least=0)
    rule = row.text("rule", code)
    row.done()
    at_once = not waits_for_days(stage, days)
    return code, rule, stage, rate_bp, ({**why, "reached": False}, {**why, "reached": at_once})
