"""The background steps of statements; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common.outbox import announce, subscribe
from settlement.pdf.render import pdf_obstacle
from settlement.statements.events import (
    PeriodLocked,
    StatementFilesAdvanced,
    StatementFileWanted,
    StatementRunAdvanced,
)
from settlement.statements.files import make_file
from settlement.statements.run import advance_run
from settlement.statements.selectors import files_to_make

LINES_A_STEP = 1000
"""About ten seconds of one core, so that other work of the queue gets its turn."""


@subscribe(StatementRunAdvanced, queue="bulk")
def on_run_advanced(event: StatementRunAdvanced) -> None:
    """Make the next chunk of statements."""
    advance_run(run_id=event.run_id, after_party_id=event.after_party_id)


@subscribe(PeriodLocked, queue="bulk")
def on_period_locked(event: PeriodLocked) -> None:
    """Begin with the files of the final statements."""
    announce(StatementFilesAdvanced(event.run_id, 0), key=f"statement-files:{event.run_id}:0")


@subscribe(StatementFilesAdvanced, queue="bulk")
def on_files_advanced(event: StatementFilesAdvanced) -> None:
    """Make the next files, about a thousand lines at a time."""
    if pdf_obstacle():
        return
    lines = 0
    for statement_id, count in files_to_make(event.run_id, after=event.after_statement_id):
        make_file(statement_id=statement_id)
        lines += count
        if lines >= LINES_A_STEP:
            announce(
                StatementFilesAdvanced(event.run_id, statement_id),
                key=f"statement-files:{event.run_id}:{statement_id}",
            )
            return


@subscribe(StatementFileWanted)
def on_file_wanted(event: StatementFileWanted) -> None:
    """Make the file somebody waits for."""
    make_file(statement_id=event.statement_id)
