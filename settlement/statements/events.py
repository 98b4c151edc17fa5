"""Steps of statement runs and of making files; each names where it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class StatementRunAdvanced(Event):
    """A run has done all payees up to `after_party_id`; the next chunk may start."""

    run_id: int
    after_party_id: int


@dataclass(frozen=True)
class PeriodLockAdvanced(Event):
    """A lock asked for has statements made anew up to `after_party_id`; the next chunk may start."""

    run_id: int
    turn: int
    after_party_id: int


@dataclass(frozen=True)
class PeriodLocked(Event):
    """A period takes no more postings; its statements are final."""

    period_id: int
    run_id: int


@dataclass(frozen=True)
class StatementFilesDue(Event):
    """The files of a locked run's statements between two ids (both included) are to be made."""

    run_id: int
    first_id: int
    last_id: int


@dataclass(frozen=True)
class StatementFileWanted(Event):
    """Somebody waits for one statement's file."""

    statement_id: int
    language: str = "zh-hans"  # an event of before names none


@dataclass(frozen=True)
class StatementPartsDue(Event):
    """Some parts of a long statement are made; the next ones may be."""

    statement_id: int
    language: str


@dataclass(frozen=True)
class StatementBatchAdvanced(Event):
    """A ZIP of a run has all files up to `after_id`; the next step may start."""

    batch_id: int
    turn: int
    after_id: int
