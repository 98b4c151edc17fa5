"""What two or more sets of rules pay for one job, component by component and payee by payee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from settlement.engine.evaluate import settle
from settlement.proposals.guard_rail import ratio_bp

if TYPE_CHECKING:
    from settlement.engine.facts import JobFacts
    from settlement.engine.result import Outcome
    from settlement.engine.rules import Compiled

# Their lines say what is added to (or taken from) a base: what is paid is both together.
_ON_A_BASE = ("coefficient", "cap", "floor")


class Apart(NamedTuple):
    """The widest difference of one job: where it is lowest and highest, and both amounts in fen."""

    gap_bp: int
    low: str
    high: str
    low_fen: int
    high_fen: int
    part: str  # the component; empty: the whole of a payee


@dataclass(frozen=True, slots=True)
class Watched:
    """The components looked at, those of them that multiply, and payees whose whole job counts."""

    codes: frozenset[str]
    multiplying: frozenset[str]
    parties: frozenset[str]


def watched(body: Mapping[str, Any], codes: Iterable[str], whole: Iterable[str] = ()) -> Watched:
    """Return how components of a valid body are looked at: `codes` by themselves, `whole` as a job."""
    alone, whole = frozenset(codes), frozenset(whole)
    parts = body["components"]
    multiplying = [
        str(each["code"])
        for each in parts
        if each["kind"] in _ON_A_BASE or each.get("mode") == "multiply"
    ]
    parties = [str(each.get("party", "")) for each in parts if each["code"] in whole]
    return Watched(alone, frozenset(multiplying) & alone, frozenset(parties) - {""})


def apart(rules: Mapping[str, tuple[Compiled, JobFacts]], of: Watched) -> Apart | None:
    """Return the widest difference between what the rules, by where they count, pay for their job.

    Where one of them pays nothing for a component there is no ratio: then all that its payee gets for
    the job is compared.
    """
    paid = {where: settle(compiled, facts) for where, (compiled, facts) in rules.items()}
    parts = {where: _parts(rules[where][0], outcome, of) for where, outcome in paid.items()}
    widest: Apart | None = None
    for code, party in sorted({key for found in parts.values() for key in found}):
        fen = {where: found.get((code, party), 0) for where, found in parts.items()}
        if min(fen.values()) <= 0 <= max(fen.values()):
            fen, code = {where: each.totals.get(party, 0) for where, each in paid.items()}, ""
        low = min(fen, key=lambda where: (fen[where], where))
        high = max(fen, key=lambda where: (fen[where], where))
        found = Apart(ratio_bp(fen[low], fen[high]), low, high, fen[low], fen[high], code)
        if widest is None or found.gap_bp > widest.gap_bp:
            widest = found
    return widest


def _parts(rules: Compiled, outcome: Outcome, of: Watched) -> dict[tuple[str, str], int]:
    """Fen by component and party, and by party alone; several lines of a component are summed."""
    found = {("", party): outcome.totals.get(party, 0) for party in of.parties}
    for line in outcome.lines:
        code = rules.component_of(line.code)
        if code not in of.codes:
            continue
        base = (line.base_fen or 0) if code in of.multiplying else 0
        found[code, line.party] = found.get((code, line.party), 0) + line.amount_fen + base
    return found
