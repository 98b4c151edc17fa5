"""Divides what the rules give the installer, or take back, among those who worked on the job."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from settlement.engine.facts import Mate
from settlement.engine.money import allocate, share_fen
from settlement.engine.reading import N_
from settlement.engine.result import WORKER, LineRow
from settlement.engine.words import Translate, percent, yuan

BY_STEPS = N_("%(steps)s of %(all_steps)s steps, %(minutes)s of %(all_minutes)s minutes")
BY_PERCENT = N_("%(rate)s as chosen")
OF_THE_WHOLE = N_("shared by several people, of %(whole)s: %(part)s = %(amount)s")

NOTHING: Mapping[str, int] = MappingProxyType({})
PERCENT, MINUTES, STEPS, LEAD = "percent", "minutes", "steps", "lead"


def way_of(crew: Sequence[Mate]) -> str:
    """Return what the parts rest on: chosen percent, else minutes, else steps, else the lead."""
    if any(mate.share_bp is not None for mate in crew):
        return PERCENT
    if any(mate.minutes for mate in crew):
        return MINUTES
    return STEPS if any(mate.steps for mate in crew) else LEAD


def weights_of(crew: Sequence[Mate]) -> list[int]:
    """Return each person's weight; their sum is positive, the responsible installer is the first.

    Where no step was finished the first takes all.
    """
    way = way_of(crew)
    if way == LEAD:
        return [1, *(0 for _mate in crew[1:])]
    return [
        (mate.share_bp or 0) if way == PERCENT else mate.minutes if way == MINUTES else mate.steps
        for mate in crew
    ]


def shared_rows(
    rows: Sequence[LineRow],
    start: int,
    end: int,
    crew: Sequence[Mate],
    party: str = WORKER,
    *,
    waits: Mapping[str, int] = NOTHING,
) -> tuple[list[LineRow], int, int]:
    """Return the rows with each of the party's divided to the fen, and where releases stand.

    A share is a line of its own whose reason says of what it is a part; the parts of a line sum to
    it. Every person has their own milestones over their own lines of what is planned, each taken as
    often as `waits` says by its code. Nothing changes where the first takes all.
    """
    weights = weights_of(crew)
    if weights[0] == sum(weights):
        return list(rows), start, end
    reasons = [_reason(crew, weights, at) for at in range(len(crew))]
    own = [0] * len(crew)
    before = _divided(rows[:start], party, weights, reasons, own, waits)
    after = _divided(rows[end:], party, weights, reasons, own, waits)
    releases = _released(rows[start:end], party, crew, weights, own)
    found = [*before, *releases, *after]
    numbered = [(number, *row[1:]) for number, row in enumerate(found, start=1)]
    return numbered, len(before), len(before) + len(releases)


def _reason(crew: Sequence[Mate], weights: list[int], at: int) -> dict[str, Any]:
    reason: dict[str, Any] = {"by": way_of(crew), "weights": weights, "at": at}
    if reason["by"] in (MINUTES, STEPS):
        reason["steps"] = [crew[at].steps, sum(mate.steps for mate in crew)]
        reason["minutes"] = [crew[at].minutes, sum(mate.minutes for mate in crew)]
    return {"who": crew[at].who, "shared": reason}


def _divided(
    rows: Sequence[LineRow],
    divided: str,
    weights: list[int],
    reasons: Sequence[Mapping[str, Any]],
    own: list[int],
    waits: Mapping[str, int],
) -> list[LineRow]:
    found: list[LineRow] = []
    for row in rows:
        if row[2] != divided:
            found.append(row)
            continue
        seq, code, party, rule, base, num, den, whole, because = row
        for at, amount in enumerate(allocate(whole, weights)):
            own[at] += amount * waits.get(code, 0)
            # A line that waits for a fact waits for everybody who has a part.
            if amount or (not whole and weights[at]):
                shared = {**reasons[at]["shared"], "fen": whole}
                why = {**because, "who": reasons[at]["who"], "shared": shared}
                found.append((seq, code, party, rule, base, num, den, amount, why))
    return found


def _released(
    rows: Sequence[LineRow],
    divided: str,
    crew: Sequence[Mate],
    weights: list[int],
    own: list[int],
) -> list[LineRow]:
    found: list[LineRow] = [row for row in rows if row[2] != divided]
    plan = [row for row in rows if row[2] == divided]
    for at, mate in enumerate(crew):
        before = 0
        for _seq, code, party, rule, base, num, den, _amount, because in plan:
            # What the plan holds beside people's lines, such as another party's, is shared like one.
            mine = own[at] + allocate((base or 0) - sum(own), weights)[at]
            why = {**because, "who": mate.who}
            if num is None or den is None:
                amount, why["before_fen"] = mine - before, before
            else:
                amount = share_fen(mine, num, den)
            before += amount
            if amount:
                found.append((0, code, party, rule, mine, num, den, amount, why))
    return found


def part_words(shared: Mapping[str, Any], translate: Translate) -> str:
    """Return why a person has this part: "3 of 8 steps, 45 of 120 minutes" or "40% as chosen"."""
    by, weights = shared["by"], shared["weights"]
    if by == PERCENT:
        return translate(BY_PERCENT) % {"rate": percent(weights[shared["at"]], sum(weights))}
    (steps, all_steps), (minutes, all_minutes) = shared["steps"], shared["minutes"]
    values = {"steps": steps, "all_steps": all_steps}
    return translate(BY_STEPS) % {**values, "minutes": minutes, "all_minutes": all_minutes}


def share_words(shared: Mapping[str, Any], amount_fen: int, translate: Translate) -> str:
    """Return the sentence of a share: of which whole it is which part."""
    part = part_words(shared, translate)
    values = {"whole": yuan(shared["fen"]), "part": part, "amount": yuan(amount_fen)}
    return translate(OF_THE_WHOLE) % values
