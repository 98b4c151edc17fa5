"""What closing announces."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class PeriodClosed(Event):
    """A period is closed for good; what is available may be paid out."""

    period_id: int


@dataclass(frozen=True)
class PeriodReopened(Event):
    """A locked or closed period takes postings again; its statements are superseded."""

    period_id: int
    reopening_id: int


@dataclass(frozen=True)
class BooksToProve(Event):
    """The company's books are to be proven against the invariants, for a run's checklist."""

    run_id: int
