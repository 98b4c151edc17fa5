"""PDFs of a run in one ZIP, all or chosen: in steps that survive a killed worker, cancelled, resumed."""

from __future__ import annotations

import tempfile
import zipfile
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from common.errors import Conflict, Gone, refuse_unless
from common.journal import record
from common.language import DEFAULT
from common.outbox import announce
from common.pdf.render import pdf_obstacle
from settlement.headquarters import refuse_outsiders
from settlement.models import Statement, StatementBatch, StatementRun
from settlement.statements.csv import statements_csv
from settlement.statements.events import StatementBatchAdvanced
from settlement.statements.files import advance_file, is_whole, stored_file
from settlement.statements.kept import drop_file, kept_in
from settlement.statements.parts import parts_made
from settlement.statements.selectors import run_statements
from settlement.statements.workbook import statements_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from accounts.models import User

State = StatementBatch.State
_FINISHED = (StatementRun.State.REVIEW, StatementRun.State.LOCKED)
LINES_A_STEP = 1000
"""About five seconds of one core, so that other work of the queue gets its turn."""


class BatchDropped(Gone):
    """The ZIP was thrown away: its period was locked, or somebody had it made anew."""


class FileStep(StrEnum):
    """How far a statement's file came."""

    WHOLE = "whole"
    HALFWAY = "halfway"
    """Some parts of a long one are made."""
    UNPRINTABLE = "unprintable"
    """This machine cannot make PDFs."""


class BatchStep(StrEnum):
    """What a step made of a ZIP."""

    LEFT_ALONE = "left_alone"
    """Cancelled, of a turn before the last resumption, made already, or its period is open again."""
    GOES_ON = "goes_on"
    """The step after it is announced."""
    READY = "ready"
    DROPPED = "dropped"
    """Thrown away meanwhile: its period was locked, and drafts are worth nothing any more."""
    UNPRINTABLE = "unprintable"
    """A file cannot be made on this machine: the step has to be undone, fail and be seen."""


@transaction.atomic
def start_batch(*, run_id: int, actor: User, language: str = DEFAULT) -> StatementBatch:
    """Begin the ZIP of a finished run in the language of who asks for it, for all its files.

    One being made is returned as it is, whatever its language, and so is a stopped one of the same
    language; others are thrown away.

    Refused for people who do not see the whole company, without the libraries for PDFs, or while
    the run still computes.
    """
    refuse_outsiders(actor)
    run = _finished_run(run_id)
    existing = StatementBatch.objects.filter(run=run, chosen=[])
    same = Q(state=State.CANCELLED, language=language)
    under_way = existing.filter(Q(state=State.MAKING) | same).first()
    if under_way is not None:
        return under_way
    for old in existing:
        _drop(old)
    return _begin(run, actor, language, total=run.statements.count())


@transaction.atomic
def start_chosen(
    *, run_id: int, statement_ids: Iterable[int], actor: User, language: str = DEFAULT
) -> StatementBatch:
    """Begin a ZIP of chosen statements the actor may read; it is theirs alone.

    The same choice under way is returned as it is; an earlier choice of theirs is thrown away.
    Refused when nothing is chosen, without the libraries for PDFs, or while the run still
    computes; Conflict when some are there no more or out of the actor's sight.
    """
    run, wanted = _finished_run(run_id), set(statement_ids)
    refuse_unless(bool(wanted), "batch.nothing", _("Choose at least one statement"))
    found = run_statements(actor=actor, run=run).filter(pk__in=wanted)
    chosen = sorted(found.values_list("pk", flat=True))
    if gone := len(wanted) - len(chosen):
        sentence = ngettext(
            "%(n)d of the chosen statements is not there any more: the period was computed again. Choose anew.",
            "%(n)d of the chosen statements are not there any more: the period was computed again. Choose anew.",
            gone,
        )  # fmt: skip
        raise Conflict("batch.gone", sentence % {"n": gone})
    for old in own_choices(actor=actor).filter(run__period=run.period_id):
        if (old.state, old.chosen, old.language) == (State.MAKING, chosen, language):
            return old
        _drop(old)
    return _begin(run, actor, language, total=len(chosen), chosen=chosen)


def own_choices(*, actor: User) -> QuerySet[StatementBatch]:
    """Return the ZIPs of statements somebody chose themselves."""
    return StatementBatch.objects.filter(started_by=actor).exclude(chosen=[])


def _finished_run(run_id: int) -> StatementRun:
    run = StatementRun.objects.select_for_update().get(pk=run_id)
    refuse_unless(
        run.state in _FINISHED, "batch.computing", _("Wait until the statements are computed")
    )
    obstacle = pdf_obstacle()
    refuse_unless(not obstacle, "pdf.libraries", obstacle)
    return run


def _begin(
    run: StatementRun, actor: User, language: str, *, total: int, chosen: Sequence[int] = ()
) -> StatementBatch:
    batch = StatementBatch.objects.create(
        run=run, language=language, total=total, chosen=list(chosen),
        started_by=actor, started_at=clock.now(),
    )  # fmt: skip
    record(actor, "statement_batch.started", batch, statements=batch.total)
    _announce(batch)
    return batch


@transaction.atomic
def cancel_batch(*, batch_id: int, actor: User) -> StatementBatch:
    """Stop a ZIP under way; what is made stays made. Conflict when it is ready already."""
    batch = _held(batch_id)
    _refuse_others(batch, actor)
    if batch.state == State.READY:
        raise Conflict("batch.ready", _("The file is ready already"))
    batch.state = State.CANCELLED
    batch.save(update_fields=["state"])
    record(actor, "statement_batch.cancelled", batch, done=batch.done)
    return batch


@transaction.atomic
def resume_batch(*, batch_id: int, actor: User) -> StatementBatch:
    """Go on with a cancelled ZIP where it stopped; one under way or ready is left as it is."""
    batch = _held(batch_id)
    _refuse_others(batch, actor)
    if batch.state == State.CANCELLED:
        batch.state = State.MAKING
        batch.turn += 1
        batch.save(update_fields=["state", "turn"])
        record(actor, "statement_batch.resumed", batch, done=batch.done)
        _announce(batch)
    return batch


@transaction.atomic
def advance_batch(*, batch_id: int, turn: int, after_id: int) -> BatchStep:
    """Make the files of the next statements and announce the next step, or pack the ZIP."""
    batch = StatementBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        return BatchStep.DROPPED
    if not _is_next(batch, turn, after_id):
        return BatchStep.LEFT_ALONE
    halfway, lines = None, 0
    waiting = _statements(batch).filter(pk__gt=after_id)
    for statement_id, count in waiting.values_list("pk", "lines")[:500]:
        made = whole_file(statement_id, batch.language)
        if made is FileStep.UNPRINTABLE:
            return BatchStep.UNPRINTABLE
        if made is FileStep.HALFWAY:
            # A long one comes in parts: this step ends, the next one goes on with it.
            halfway = statement_id
            break
        batch.last_id, batch.done, lines = statement_id, batch.done + 1, lines + count
        if lines >= LINES_A_STEP:
            break
    step = BatchStep.GOES_ON
    if batch.last_id == after_id and halfway is None:
        _pack(batch)
        batch.state, batch.finished_at = State.READY, clock.now()
        step = BatchStep.READY
    else:
        _announce(batch, halfway=halfway)
    batch.save()
    return step


def _is_next(batch: StatementBatch, turn: int, after_id: int) -> bool:
    is_due = batch.state == State.MAKING and (batch.turn, batch.last_id) == (turn, after_id)
    return is_due and batch.run.state in _FINISHED


def drop_batches(run: StatementRun) -> None:
    """Throw the run's ZIPs away, also one under way; its next step then finds nothing to do."""
    for batch in StatementBatch.objects.select_for_update().filter(run=run):
        _drop(batch)


def whole_file(statement_id: int, language: str = DEFAULT) -> FileStep:
    """Have the statement's file on the disk, made anew when what lies there is not what was kept."""
    statement = Statement.objects.get(pk=statement_id)
    kept = kept_in(statement, language)
    if kept.pdf and not is_whole(kept):
        drop_file(kept)
        kept.save(update_fields=["pdf", "pdf_sha256"])
    made = advance_file(statement_id=statement_id, language=language)
    if made is None or kept_in(made, language).pdf:
        return FileStep.WHOLE
    return FileStep.UNPRINTABLE if pdf_obstacle() else FileStep.HALFWAY


def batch_file(batch: StatementBatch) -> File[bytes]:
    """Open the ready ZIP to be sent; Gone when it is not there."""
    try:
        return batch.file.open("rb")
    except (ValueError, OSError) as error:
        raise Gone("batch.no_file", _("The file is not there any more. Make it again.")) from error


def _held(batch_id: int) -> StatementBatch:
    batch = StatementBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise BatchDropped("batch.no_file", _("The file is not there any more. Make it again."))
    return batch


def _refuse_others(batch: StatementBatch, actor: User) -> None:
    """A ZIP of all is headquarters', one of chosen statements is its maker's."""
    if not batch.is_part:
        refuse_outsiders(actor)
    elif batch.started_by_id != actor.pk:
        raise BatchDropped("batch.no_file", _("The file is not there any more. Make it again."))


def _statements(batch: StatementBatch) -> QuerySet[Statement]:
    found = batch.run.statements.order_by("pk")
    return found.filter(pk__in=batch.chosen) if batch.is_part else found


def _announce(batch: StatementBatch, *, halfway: int | None = None) -> None:
    """Announce the step after the last statement, or after the parts made of the one `halfway`."""
    key = f"statement-batch:{batch.pk}:{batch.turn}:{batch.last_id}"
    if halfway is not None:
        figures = Statement.objects.values_list("sha256", flat=True).get(pk=halfway)
        key += f":{figures[:12]}:{parts_made(halfway, batch.language).done}"
    announce(StatementBatchAdvanced(batch.pk, batch.turn, batch.last_id), key=key)


def _pack(batch: StatementBatch) -> None:
    """Write the ZIP file by file through a file on the disk, so that memory stays flat."""
    statements = _statements(batch).select_related("party", "run__period")
    period = str(batch.run.period)
    with tempfile.TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for statement in statements.iterator(chunk_size=100):
                kept = stored_file(statement, batch.language)
                archive.writestr(_name(statement, kept.name), kept.content)
            with translation.override(batch.language):
                archive.writestr(f"{period}.xlsx", statements_xlsx(statements, title=period))
                archive.writestr(f"{period}.csv", b"".join(statements_csv(statements)))
        out.seek(0)
        batch.file.save(f"batches/{period}.zip", File(out), save=False)


def _name(statement: Statement, kept: str) -> str:
    stem, _dot, suffix = kept.rpartition(".")
    payee = "".join(one for one in statement.party.name if one.isalnum())[:40]
    return f"{stem}-{payee}.{suffix}" if payee else kept


def _drop(batch: StatementBatch) -> None:
    if batch.file:
        transaction.on_commit(partial(batch.file.storage.delete, str(batch.file.name)))
    batch.delete()
