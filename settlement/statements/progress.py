"""How far a run and its ZIP are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from common import clock
from common.language import language_now
from settlement.models import (
    StatementBatch,
    StatementRun,
)
from settlement.statements.batch import own_choices
from settlement.statements.checks import Findings
from settlement.statements.parts import NO_PARTS, PartsMade, parts_of_run
from settlement.statements.run import is_stuck

if TYPE_CHECKING:
    from accounts.models import User

State = StatementRun.State
PROOF_WITHIN = timedelta(minutes=2)
"""How long the page of a computed run waits for the proof before it shows that it is missing."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is."""

    run: StatementRun
    share: int
    stuck: bool

    @property
    def computing(self) -> bool:
        """Whether it is still at work; a proof of the books that does not come is not waited for."""
        if self.run.state != State.REVIEW or self.run.finished_at is None:
            return self.run.state == State.COMPUTING
        is_proven = bool(findings_of(self.run).proven_at)
        return not is_proven and clock.now() - self.run.finished_at < PROOF_WITHIN

    @property
    def stamp(self) -> str:
        """Changes when the page has something new to show."""
        return f"{self.run.pk}-{self.run.state}-{self.run.payees_done}-{self.stuck}"


def progress_of(run: StatementRun) -> RunProgress:
    """Return the run's progress in percent."""
    share = 100 * run.payees_done // run.payees if run.payees else 0
    computing = run.state == State.COMPUTING
    return RunProgress(run, min(share, 100), computing and is_stuck(run))


def findings_of(run: StatementRun) -> Findings:
    """Return what the run found."""
    return Findings.read(run.checks)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far the ZIP of a run is; without a batch nobody asked for it yet."""

    batch: StatementBatch | None
    parts: PartsMade = NO_PARTS

    @property
    def state(self) -> str:
        """none, making, ready or cancelled."""
        return self.batch.state if self.batch else "none"

    @property
    def language(self) -> str:
        """The name of the language its papers are in, in the reader's language."""
        return str(dict(settings.LANGUAGES).get(self.batch.language, "")) if self.batch else ""

    @property
    def is_foreign(self) -> bool:
        """Whether its papers are in another language than the reader's."""
        return self.batch is not None and self.batch.language != language_now()

    @property
    def share(self) -> int:
        """Files made in percent."""
        return 100 * self.batch.done // self.batch.total if self.batch and self.batch.total else 0

    @property
    def stamp(self) -> str:
        """Changes when the page has something new to show."""
        if self.batch is None:
            return "none"
        return f"{self.batch.pk}-{self.state}-{self.batch.done}-{self.parts.done}"


def batch_progress(run: StatementRun) -> BatchProgress:
    """Return how far the run's latest ZIP of all statements is."""
    return _how_far(StatementBatch.objects.filter(run=run, chosen=[]).order_by("pk").last())


def chosen_progress(run: StatementRun, *, actor: User) -> BatchProgress:
    """Return how far the ZIP of the statements is that the actor chose."""
    return _how_far(own_choices(actor=actor).filter(run=run).order_by("pk").last())


def _how_far(batch: StatementBatch | None) -> BatchProgress:
    if batch is None or batch.state == StatementBatch.State.READY:
        return BatchProgress(batch)
    return BatchProgress(batch, parts_of_run(batch.run_id, batch.language))
