"""What the engine returns: lines that carry their own operands, and an outcome that sums them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from settlement.engine.money import allocate, cut_fen, share_fen

if TYPE_CHECKING:
    from settlement.engine.facts import JobFacts


# A line as the engine writes it, in the order of Line's fields: ready to be stored as a row.
LineRow = tuple[int, str, str, str, int | None, int | None, int | None, int, Mapping[str, Any]]


WORKER = "installer"
"""The party that is a person, or several who share its lines."""
FIRST_WORKER = "first_installer"
"""Who did the job that has to be done again: a person, or those who shared its pay."""


class Line(NamedTuple):
    """One amount with the operands it was computed from.

    amount = base_fen * rate_num / rate_den, rounded once; a flat amount has no base and no rate.
    `because` is read only (lines share it); "how" names the kind, "unknown" what is still missing.
    """

    seq: int
    code: str
    party: str
    rule: str
    base_fen: int | None
    rate_num: int | None
    rate_den: int | None
    amount_fen: int
    because: Mapping[str, Any]

    @property
    def provisional(self) -> bool:
        """Whether a fact, a price or a rule this line needs is missing."""
        return "unknown" in self.because

    @property
    def who(self) -> int | None:
        """The installer a share belongs to; None where nothing is shared."""
        return self.because.get("who")

    @property
    def payee(self) -> str:
        """The party, and of several people behind it the one: `installer:17`."""
        who = self.who
        return self.party if who is None else f"{self.party}:{who}"


def check_line(line: Line) -> bool:
    """Re-derive the amount from the line's own operands, with nothing else at hand."""
    derived = _derived(line)
    if derived is not None and (piece := line.because.get("part")) is not None:
        if derived != piece["fen"]:
            return False
        derived = cut_fen(derived, piece["start"], piece["end"], piece["whole"])
    shared = line.because.get("shared")
    if shared is None:
        return derived == line.amount_fen
    whole = int(shared["fen"])
    part = allocate(whole, shared["weights"])[shared["at"]]
    return derived == whole and part == line.amount_fen


def _derived(line: Line) -> int | None:
    because = line.because
    if line.base_fen is None:
        derived = int(because.get("flat_fen", 0))
    elif "limit_fen" in because:
        beyond = int(because["limit_fen"]) - line.base_fen
        derived = min(0, beyond) if because["how"] == "cap" else max(0, beyond)
    elif "weights" in because:
        derived = allocate(line.base_fen, because["weights"])[because["at"]]
    elif "before_fen" in because:
        derived = line.base_fen - int(because["before_fen"])
    elif line.rate_num is None or line.rate_den is None:
        return None
    else:
        derived = share_fen(line.base_fen, line.rate_num, line.rate_den)
    if "at_least_fen" in because:
        derived = max(derived, int(because["at_least_fen"]))
    if "at_most_fen" in because:
        derived = min(derived, int(because["at_most_fen"]))
    if "over_fen" in because:
        derived = max(0, derived - int(because["over_fen"]))
    return derived


@dataclass
class Outcome:
    """All money of one job under one rule version.

    Releases are the same money again, seen by time, so they are never added to totals; flags say
    what a person has to look at.
    """

    version: str
    rules_sha: str
    facts: "JobFacts"
    rows: list[LineRow]  # lines and releases in their order, as they are stored
    releases_from: int  # rows[releases_from:releases_to] are the releases
    releases_to: int
    flags: tuple[str, ...]

    @property
    def money(self) -> list[LineRow]:
        """The rows of `lines`, as the engine wrote them: for sums over many jobs."""
        return [*self.rows[: self.releases_from], *self.rows[self.releases_to :]]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Money for parties, in order."""
        return tuple([Line(*row) for row in self.money])

    @cached_property
    def releases(self) -> tuple[Line, ...]:
        """When the payee's part becomes available, by milestone."""
        return tuple([Line(*row) for row in self.rows[self.releases_from : self.releases_to]])

    def says_as(self, other: "Outcome") -> bool:
        """Return whether both say the same of every fen: amounts, operands, reasons and the plan.

        That a stage of the plan was reached moves money by itself.
        """
        return (
            self.money == other.money
            and self.flags == other.flags
            and self._plan() == other._plan()
        )

    def _plan(self) -> list[LineRow]:
        rows = self.rows[self.releases_from : self.releases_to]
        return [(*row[:8], {**row[8], "reached": False}) for row in rows]

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """Fen by party: the sum of its lines and nothing else."""
        totals: dict[str, int] = {}
        for line in self.lines:
            totals[line.party] = totals.get(line.party, 0) + line.amount_fen
        return totals

    @cached_property
    def payees(self) -> Mapping[str, int]:
        """Fen by payee: as `totals`, with the people who share a party each on their own."""
        totals: dict[str, int] = {}
        for line in self.lines:
            totals[line.payee] = totals.get(line.payee, 0) + line.amount_fen
        return totals

    @property
    def total_fen(self) -> int:
        """Sum of all parties; equals what was paid when the rules split the rest."""
        return sum([row[7] for row in self.money])

    @cached_property
    def facts_sha(self) -> str:
        """Fingerprint of the facts, so that a stored outcome can prove what it was computed from."""
        return self.facts.fingerprint()

    @property
    def provisional(self) -> bool:
        """Whether any line still waits for a fact."""
        return "provisional" in self.flags
