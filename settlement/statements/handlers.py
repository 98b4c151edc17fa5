"""The background steps of statements; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common.outbox import announce, subscribe
from common.pdf.render import pdf_obstacle
from settlement.statements.batch import BatchStep, advance_batch
from settlement.statements.events import (
    PeriodLockAdvanced,
    PeriodLocked,
    StatementBatchAdvanced,
    StatementFilesDue,
    StatementFileWanted,
    StatementPartsDue,
    StatementRunAdvanced,
)
from settlement.statements.files import make_file
from settlement.statements.locking import advance_lock
from settlement.statements.run import advance_run
from settlement.statements.sharing_out import shares_of_files, statement_ids

LINES_A_STEP = 1000
"""About ten seconds of one core, so that other work of the queue gets its turn."""


class NotPrintable(RuntimeError):  # noqa: N818  (says what is wrong)
    """This machine cannot make PDFs; the step fails and is seen, instead of waiting for ever."""


@subscribe(StatementRunAdvanced, queue="bulk")
def on_run_advanced(event: StatementRunAdvanced) -> None:
    """Make the next chunk of statements."""
    advance_run(run_id=event.run_id, after_party_id=event.after_party_id)


@subscribe(PeriodLockAdvanced, queue="bulk")
def on_lock_advanced(event: PeriodLockAdvanced) -> None:
    """Make the next chunk of what is behind, or lock."""
    advance_lock(run_id=event.run_id, turn=event.turn, after_party_id=event.after_party_id)


@subscribe(PeriodLocked, queue="bulk")
def on_period_locked(event: PeriodLocked) -> None:
    """Hand out the files of the final statements in shares that workers make side by side."""
    for first, last in shares_of_files(event.run_id, lines_a_share=LINES_A_STEP):
        due = StatementFilesDue(event.run_id, first, last)
        announce(due, key=f"statement-files:{event.run_id}:{first}")


@subscribe(StatementFilesDue, queue="bulk")
def on_files_due(event: StatementFilesDue) -> None:
    """Make the files of one share."""
    if pdf_obstacle():
        return
    for statement_id in statement_ids(event.run_id, event.first_id, event.last_id):
        make_file(statement_id=statement_id)


@subscribe(StatementFileWanted)
def on_file_wanted(event: StatementFileWanted) -> None:
    """Make the file somebody waits for."""
    make_file(statement_id=event.statement_id, language=event.language)


@subscribe(StatementPartsDue, queue="bulk")
def on_parts_due(event: StatementPartsDue) -> None:
    """Make the next parts of a long statement, or put all of them together."""
    make_file(statement_id=event.statement_id, language=event.language)


@subscribe(StatementBatchAdvanced, queue="bulk")
def on_batch_advanced(event: StatementBatchAdvanced) -> None:
    """Make the next files of a ZIP, or pack it."""
    step = advance_batch(batch_id=event.batch_id, turn=event.turn, after_id=event.after_id)
    if step is BatchStep.UNPRINTABLE:
        raise NotPrintable(pdf_obstacle())
