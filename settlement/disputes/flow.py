"""States and moves of a dispute as one table; plain Python, so that it can be read and tested.

The states are those of the Tmall service centre's adjustment slip: waiting for the counterparty,
confirmed, handed up, valid, invalid, cannot be judged, cancelled, confirmed by silence, done. Two are
our own: a decision that is overdue, and a claim that nobody decided in time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where a dispute stands."""

    SUBMITTED = "submitted"
    COUNTERPARTY_REVIEW = "counterparty_review"
    ACCEPTED = "accepted"
    ESCALATED = "escalated"
    OVERDUE = "overdue"
    UPHELD = "upheld"
    REJECTED = "rejected"
    UNDECIDED = "undecided"
    CANCELLED = "cancelled"
    TIMED_OUT_CONFIRMED = "timed_out_confirmed"
    TIMED_OUT_DISMISSED = "timed_out_dismissed"
    CLOSED = "closed"


class By(StrEnum):
    """Who makes a move."""

    CLAIMANT = "claimant"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    CLOCK = "clock"
    SETTLEMENT = "settlement"


class Move(NamedTuple):
    """One allowed step from any of its sources to its target."""

    sources: frozenset[State]
    target: State
    by: By


S = State
DECIDABLE = frozenset({S.ACCEPTED, S.ESCALATED, S.OVERDUE, S.UNDECIDED})
OPEN = (S.SUBMITTED, S.COUNTERPARTY_REVIEW, S.ACCEPTED, S.ESCALATED, S.OVERDUE, S.UNDECIDED)
"""States in which the claim is not answered for good; a line has at most one such dispute."""
HOLDING = frozenset(OPEN)
"""States in which money may wait on the held account; leaving them always gives it back."""

MOVES: dict[str, Move] = {
    "ask": Move(frozenset({S.SUBMITTED}), S.COUNTERPARTY_REVIEW, By.REVIEWER),
    "agree": Move(frozenset({S.COUNTERPARTY_REVIEW}), S.ACCEPTED, By.REVIEWER),
    "hand_up": Move(frozenset({S.COUNTERPARTY_REVIEW}), S.ESCALATED, By.REVIEWER),
    "answer": Move(frozenset({S.UNDECIDED}), S.ESCALATED, By.CLAIMANT),
    "uphold": Move(DECIDABLE, S.UPHELD, By.DECIDER),
    "reject": Move(DECIDABLE, S.REJECTED, By.DECIDER),
    "leave_open": Move(frozenset({S.ESCALATED, S.OVERDUE}), S.UNDECIDED, By.DECIDER),
    "withdraw": Move(frozenset(OPEN), S.CANCELLED, By.CLAIMANT),
    "silence": Move(
        frozenset({S.SUBMITTED, S.COUNTERPARTY_REVIEW, S.ACCEPTED}), S.TIMED_OUT_CONFIRMED, By.CLOCK
    ),
    "urge": Move(frozenset({S.ESCALATED}), S.OVERDUE, By.CLOCK),
    "expire": Move(frozenset({S.OVERDUE}), S.TIMED_OUT_DISMISSED, By.CLOCK),
    "lapse": Move(frozenset({S.UNDECIDED}), S.CLOSED, By.CLOCK),
    "finish": Move(frozenset({S.UPHELD, S.REJECTED, S.TIMED_OUT_CONFIRMED}), S.CLOSED, By.CLOCK),
    "to_person": Move(
        frozenset({S.SUBMITTED, S.COUNTERPARTY_REVIEW, S.ACCEPTED, S.TIMED_OUT_CONFIRMED}),
        S.ESCALATED,
        By.CLOCK,
    ),
    "void": Move(frozenset(OPEN), S.CLOSED, By.SETTLEMENT),
}
"""Every move there is. `silence`: whoever should have answered did not; the claim is confirmed in
full and paid with this very step, and no later decision changes that. `to_person`: time ran out
where silence must not pay. `urge`: nobody decided what was handed up, headquarters is asked with the
last term. `expire`: nobody decided then either; the line stands and what was held is available again,
and as nobody judged the claim it may be filed anew. `lapse`: the claimant added nothing. `void`: the
settlement itself was taken back."""

DEFAULT_HOURS: dict[str, int] = {
    S.SUBMITTED: 48,
    S.COUNTERPARTY_REVIEW: 72,
    S.ACCEPTED: 72,
    S.ESCALATED: 120,
    S.OVERDUE: 72,
    S.UNDECIDED: 168,
    S.TIMED_OUT_CONFIRMED: 168,
    S.UPHELD: 168,
    S.REJECTED: 168,
}
"""How long a state may last before the clock makes its move."""


def allowed(move: str, state: str) -> bool:
    """Whether the move may be made from the state."""
    return state in MOVES[move].sources


def moves_of_the_clock() -> dict[State, str]:
    """Return by state what usually happens when its time is up."""
    return {
        state: name
        for name, move in MOVES.items()
        if move.by is By.CLOCK and name != "to_person"
        for state in sorted(move.sources)
    }


def gives_back(state: str, target: str) -> bool:
    """Whether money that is held has to leave the held account with this step."""
    return state in HOLDING and target not in HOLDING
