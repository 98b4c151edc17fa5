"""Runs compiled rules over the facts of one job."""

from settlement.engine.crew import shared_rows
from settlement.engine.facts import JobFacts, reader
from settlement.engine.kinds.prices import NO_PRICE
from settlement.engine.part import NO_RULE
from settlement.engine.plan import holds
from settlement.engine.result import FIRST_WORKER, Line, LineRow, Outcome
from settlement.engine.rules import Compiled
from settlement.engine.scope import Piece
from settlement.engine.tables import NEW, Unknown

PROVISIONAL = "provisional"
FLAGS = (NO_PRICE, NO_RULE)


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
    if plan is None:
        return _settle_with_gaps(compiled, facts)
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
        return _settle_with_gaps(compiled, facts)
    if facts.crew is not None or facts.first_crew is not None:
        lines, start, end = _shared(lines, start, end, facts)
    return Outcome(compiled.version, compiled.sha, facts, lines, start, end, ())


def _shared(
    lines: list[LineRow], start: int, end: int, facts: JobFacts
) -> tuple[list[LineRow], int, int]:
    """Divide the installers' lines: of this job, and of the one it has to be done again for."""
    if facts.crew is not None:
        lines, start, end = shared_rows(lines, start, end, facts.crew)
    if facts.first_crew is not None:
        return shared_rows(lines, start, end, facts.first_crew, FIRST_WORKER)
    return lines, start, end


def _settle_with_gaps(compiled: Compiled, facts: JobFacts) -> Outcome:
    """The same run, watching after each step which amounts depend on something not known.

    A job with gaps is rare and is settled again when they close, so the ordinary run pays nothing
    for the watching.
    """
    amounts = list(compiled.zeros)
    lines: list[LineRow] = []
    gaps: dict[int, tuple[str, ...]] = {}  # by slot
    start = end = 0
    for piece in compiled.pieces:
        notes: list[str] = []
        count = len(lines)
        names = piece.when.inputs if piece.when is not None else ()
        answer = holds(piece, tuple(reader(name)(facts) for name in names))
        if isinstance(answer, Unknown):
            notes.extend(answer.names)
        elif answer:
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
    lines, start, end = _shared(lines, start, end, facts)
    flags = [PROVISIONAL, *(flag for flag in FLAGS if any(flag in g for g in gaps.values()))]
    return Outcome(compiled.version, compiled.sha, facts, lines, start, end, tuple(flags))


def _mark(lines: list[LineRow], count: int, piece: Piece, open_names: tuple[str, ...]) -> None:
    if len(lines) == count:
        # Never zero in silence: an amount nobody can know yet stands as a line that says so.
        why = {"how": piece.kind, "flat_fen": 0}
        lines.append(Line(count + 1, piece.code, piece.party, piece.code, None, None, None, 0, why))
    for at in range(count, len(lines)):
        line = Line(*lines[at])
        lines[at] = line._replace(because={**line.because, "unknown": list(open_names)})
