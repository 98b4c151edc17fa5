"""Looks for cases that no row of a set takes, fact by fact, with a bound on the work."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_

from settlement.engine.proving.axis import Axis, Reach


class TooMuchWork(Exception):  # noqa: N818 - not an error: the question stays open
    """The combinations are too many to look at."""


class Budget:
    """How many cases may be looked at."""

    def __init__(self, left: int) -> None:
        self.left, self.spent = left, 0

    def spend(self, cases: int) -> None:
        """Count cases; TooMuchWork, and nothing spent, where there are more than are left."""
        if cases > self.left:
            raise TooMuchWork
        self.left -= cases
        self.spent += cases

    def part(self, most: int) -> "Budget":
        """Return a budget of at most so many cases of what is left."""
        return Budget(min(most, self.left))


Case = Mapping[int, int]  # axis -> the case on it; axes that decide nothing are left out


class _Walk:
    def __init__(self, axes: Sequence[Axis], box: Sequence[Reach], budget: Budget) -> None:
        self.axes, self.box, self.budget = axes, box, budget
        self.rest = [-1]  # from each axis on, the rows that let everything pass
        for reach in reversed(box):
            self.rest.insert(0, self.rest[0] & reach.covering)
        self.taken: set[tuple[int, int]] = set()

    def cases(self, at: int, left: int, chosen: Case) -> Iterator[Case]:
        """Yield what the rows left do not take, from an axis on."""
        if not left:
            yield chosen
        elif not left & self.rest[at] and (at, left) not in self.taken:
            if not left & ~self.box[at].covering:  # this fact decides nothing any more
                yield from self.cases(at + 1, left, chosen)
            else:
                yield from self._split(at, left, chosen)

    def _split(self, at: int, left: int, chosen: Case) -> Iterator[Case]:
        self.budget.spend(len(self.box[at].cases))
        groups: dict[int, int] = {}
        for case in self.box[at].cases:
            groups.setdefault(left & self.axes[at].rows[case], case)
        none = True
        for passing in sorted(groups, key=int.bit_count):
            for found in self.cases(at + 1, passing, {**chosen, at: groups[passing]}):
                none = False
                yield found
        if none:
            self.taken.add((at, left))


def free_cases(
    axes: Sequence[Axis], box: Sequence[Reach], rows: int, budget: Budget
) -> Iterator[Case]:
    """Yield cases of a box (what is possible on each axis) that none of the rows takes.

    Those with the fewest rows near them come first. Every free case lies in one that is yielded.
    TooMuchWork when the budget is spent.
    """
    if all(reach.cases for reach in box):
        yield from _Walk(axes, box, budget).cases(0, rows, {})


def taking(axes: Sequence[Axis], chosen: Sequence[int]) -> int:
    """Return the rows that take the case chosen on each axis."""
    return reduce(and_, (axis.rows[at] for axis, at in zip(axes, chosen, strict=True)), -1)
