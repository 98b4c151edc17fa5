"""Picks, per combination of the facts conditions look at, the steps that have to run at all."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from settlement.engine.scope import Piece, Step
from settlement.engine.tables import Lookup, Unknown, lookup


class Plan(NamedTuple):
    """Steps before the release, the release, and after it."""

    before: tuple[Step, ...]
    release: Step | None
    after: tuple[Step, ...]


def holds(piece: Piece, values: tuple[Any, ...]) -> bool | Unknown:
    """Return whether a piece's condition holds for the values of its inputs."""
    if piece.when is None:
        return True
    found = piece.when.find(values)
    if isinstance(found, Unknown):
        return False if piece.skip_unknown else found
    return bool(found)


def plan_lookup(pieces: Sequence[Piece]) -> Lookup:
    """Return the look-up of plans; it answers None while a condition cannot be decided.

    Conditions are few and look at flags and names, so the same plans come up again and again.
    """
    whens = [piece.when for piece in pieces if piece.when is not None]
    inputs = tuple(dict.fromkeys(name for when in whens for name in when.inputs))

    def plan(values: tuple[Any, ...]) -> Plan | None:
        known = dict(zip(inputs, values, strict=True))
        chosen = []
        for piece in pieces:
            wanted = piece.when.inputs if piece.when is not None else ()
            answer = holds(piece, tuple(known[name] for name in wanted))
            if isinstance(answer, Unknown):
                return None
            if answer:
                chosen.append(piece)
        steps = tuple(piece.step for piece in chosen)
        at = next((i for i, piece in enumerate(chosen) if piece.kind == "release"), None)
        if at is None:
            return Plan(steps, None, ())
        return Plan(steps[:at], steps[at], steps[at + 1 :])

    return lookup(inputs, plan)
