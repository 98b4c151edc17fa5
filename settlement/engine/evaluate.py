"""Runs compiled rules over the facts of one job."""

from settlement.engine.agreed import with_agreed
from settlement.engine.crew import shared_rows
from settlement.engine.facts import JobFacts, reader
from settlement.engine.item_part import ItemPart, is_of_the_item, parted
from settlement.engine.kinds.prices import NO_PRICE
from settlement.engine.part import NO_RULE
from settlement.engine.plan import holds
from settlement.engine.result import FIRST_WORKER, WORKER, Line, LineRow, Outcome
from settlement.engine.rules import Compiled
from settlement.engine.scope import Piece
from settlement.engine.tables import NEW, Unknown

PROVISIONAL = "provisional"
FLAGS = (NO_PRICE, NO_RULE)
OF_CHARGES = frozenset({"sum", "charges", "release", "split"})
SHARES_OF_CHARGES = OF_CHARGES | {"percent", "commission", "tax"}


def settle(compiled: Compiled, facts: JobFacts) -> Outcome:
    """Return all money of one job. Never raises for missing facts: such lines are provisional.

    What the nearest region sets counts before what headquarters set.
    """
    if compiled.variants:
        compiled = compiled.variant_for(facts.region_path)
    if not facts.charges and facts.charged_fen == 0 and compiled.without_charges is not None:
        compiled = compiled.without_charges
    read, recall, learn = compiled.plans
    plan = recall(read(facts), NEW)
    if plan is NEW:
        plan = learn(facts)
    if plan is None or facts.item_part is not None or facts.refunded:
        return _settle_closely(compiled, facts)
    amounts = list(compiled.zeros)
    lines: list[LineRow] = []
    notes: list[str] = []
    start = end = 0
    for step in plan.before:
        step(facts, amounts, lines, notes)
    if plan.release is not None:
        start = len(lines)
        plan.release(facts, amounts, lines, notes)
        end = len(lines)
        for step in plan.after:
            step(facts, amounts, lines, notes)
    if notes:
        return _settle_closely(compiled, facts)
    if facts.agreed_fen is not None or (facts.crew or facts.first_crew) is not None:
        lines, start, end = _shared(compiled, lines, start, end, facts)
    return Outcome(compiled.version, compiled.sha, facts, lines, start, end, ())


def _shared(
    compiled: Compiled, lines: list[LineRow], start: int, end: int, facts: JobFacts
) -> tuple[list[LineRow], int, int]:
    """Put an agreed price in their place, and divide the installers' lines: of this job, and of the
    one it has to be done again for.
    """
    if facts.agreed_fen is not None:
        lines, start, end = with_agreed(lines, start, end, facts.agreed_fen)
    if facts.crew is not None:
        waits = {row[1]: compiled.waits.get(compiled.component_of(row[1]), 0) for row in lines}
        lines, start, end = shared_rows(lines, start, end, facts.crew, waits=waits)
    if facts.first_crew is not None:
        return shared_rows(lines, start, end, facts.first_crew, FIRST_WORKER)
    return lines, start, end


def _settle_closely(compiled: Compiled, facts: JobFacts) -> Outcome:
    """The same run, watching after each step which amounts depend on something not known.

    A job with gaps is rare and is settled again when they close, and one that does a part of an
    item is rare too, so the ordinary run pays nothing for the watching.
    """
    amounts, part = list(compiled.zeros), facts.item_part
    of_all = list(amounts)
    lines: list[LineRow] = []
    gaps: dict[int, tuple[str, ...]] = {}  # by slot
    start = end = 0
    for piece in compiled.pieces:
        if facts.refunded and not _is_of_charges(piece):
            continue
        notes: list[str] = []
        count = len(lines)
        names = piece.when.inputs if piece.when is not None else ()
        answer = holds(piece, tuple(reader(name)(facts) for name in names))
        if isinstance(answer, Unknown):
            notes.extend(answer.names)
        elif answer:
            if part is None or not _step_in_part(piece, facts, part, amounts, of_all, lines, notes):
                piece.step(facts, amounts, lines, notes)
        else:
            continue
        inherited = [name for slot in piece.needs for name in gaps.get(slot, ())]
        open_names = tuple(dict.fromkeys([*notes, *inherited]))
        if open_names:
            gaps[piece.slot] = open_names
            if piece.code:
                _mark(lines, count, piece, open_names)
        if piece.kind == "release":
            start, end = count, len(lines)
    lines, start, end = _shared(compiled, lines, start, end, facts)
    flags = [flag for flag in FLAGS if any(flag in g for g in gaps.values())]
    flags = [PROVISIONAL, *flags] if gaps else []
    return Outcome(compiled.version, compiled.sha, facts, lines, start, end, tuple(flags))


def _is_of_charges(piece: Piece) -> bool:
    """Whether a component counts for an order whose work was paid back: charges, and shares of them.

    So nobody's rules have to think of refunds to keep a least pay or a travel allowance out of them.
    """
    return piece.kind in (OF_CHARGES if piece.party == WORKER else SHARES_OF_CHARGES)


def _step_in_part(
    piece: Piece, facts: JobFacts, part: ItemPart, amounts: list[int], of_all: list[int],
    lines: list[LineRow], notes: list[str],
) -> bool:  # fmt: skip
    """Take a step as though the whole item were done, and keep this order's piece of its lines.

    False where it brings no amount of the item: then it is to be taken with the pieces before it.
    Bounds and stronger surcharges compare whole amounts (`of_all`), as they would without parts.
    """
    found, missing = list(lines), list[str]()
    piece.step(facts, of_all, found, missing)
    new = found[len(lines) :]
    if piece.kind == "release" or not any(is_of_the_item(piece.kind, row) for row in new):
        return False
    pieces = [parted(row, part) for row in new]
    lines.extend(pieces)
    amounts[piece.slot] = sum(row[7] for row in pieces)
    notes.extend(missing)
    return True


def _mark(lines: list[LineRow], count: int, piece: Piece, open_names: tuple[str, ...]) -> None:
    if len(lines) == count:
        # Never zero in silence: an amount nobody can know yet stands as a line that says so.
        why = {"how": piece.kind, "flat_fen": 0}
        lines.append(Line(count + 1, piece.code, piece.party, piece.code, None, None, None, 0, why))
    for at in range(count, len(lines)):
        line = Line(*lines[at])
        lines[at] = line._replace(because={**line.because, "unknown": list(open_names)})
