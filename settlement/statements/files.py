"""The PDF of a statement: made in the background, kept with its fingerprint, read back unaltered."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import Gone, refuse_unless
from common.journal import record
from common.language import DEFAULT
from common.outbox import announce
from common.outbox.models import OPEN, OutboxRow
from common.pdf.render import pdf_obstacle
from settlement.models import Statement, StatementRun
from settlement.pdf.document import documents, parts
from settlement.pdf.render import render_pdf
from settlement.statements.events import StatementFileWanted, StatementPartsDue
from settlement.statements.kept import Kept, drop_file, drop_files, kept_in
from settlement.statements.parts import (
    NO_PARTS,
    PartsMade,
    drop_parts,
    make_parts,
    packed,
    parts_made,
)
from settlement.statements.reading import read_sheet
from settlement.statements.run import take_figures

if TYPE_CHECKING:
    from django.core.files import File

    from accounts.models import User


LEFT_ALONE = (StatementRun.State.SUPERSEDED, StatementRun.State.FAILED)


class StatementMoved(ValueError):  # noqa: N818  (says what is wrong)
    """A locked statement no longer equals the ledger: a fault of ours, never of a user."""


class FileState(NamedTuple):
    """Where a statement's file is: ready, making, queued, failed, none or impossible (with why).

    Of a long one also how many of its parts are made.
    """

    state: str
    obstacle: str = ""
    parts: PartsMade = NO_PARTS

    @property
    def stamp(self) -> str:
        """Changes when the page has something new to show."""
        return f"{self.state}-{self.parts.done}"


def file_state(statement: Statement, language: str = DEFAULT) -> FileState:
    """Return the state of a statement's file in a language; a handful of queries without one.

    `queued`: it comes by itself with all the files of a locked period, unless somebody asks first.
    """
    if kept_in(statement, language).pdf:
        return FileState("ready")
    if obstacle := pdf_obstacle():
        return FileState("impossible", obstacle)
    topics = (StatementFileWanted.topic(), StatementPartsDue.topic())
    orders = OutboxRow.objects.filter(topic__in=topics, done_at=None)
    mine = orders.filter(payload__statement_id=statement.pk, payload__language=language)
    if mine.filter(OPEN).exists():
        return FileState("making", parts=parts_made(statement.pk, language))
    if language == DEFAULT and _comes_with_the_others(statement):
        return FileState("queued", parts=parts_made(statement.pk, language))
    state = "failed" if mine.exists() else "none"
    return FileState(state, parts=parts_made(statement.pk, language))


def _comes_with_the_others(statement: Statement) -> bool:
    """Whether work on the locked run is still open: then that is the making of its files."""
    if statement.run.state != StatementRun.State.LOCKED:
        return False
    return OutboxRow.objects.filter(OPEN, payload__run_id=statement.run_id).exists()


@transaction.atomic
def want_file(*, statement_id: int, actor: User, language: str = DEFAULT) -> None:
    """Have a statement's file made in a language, unless it is there or on its way.

    Refused without the libraries for it.
    """
    statement = Statement.objects.select_for_update().get(pk=statement_id)
    kept = kept_in(statement, language)
    state, obstacle, _parts = file_state(statement, language)
    refuse_unless(state != "impossible", "pdf.libraries", obstacle)
    if state == "ready" and not is_whole(kept):
        drop_file(kept)
        kept.save(update_fields=["pdf", "pdf_sha256"])
        state = "none"
    if state in {"none", "failed", "queued"}:
        record(actor, "statement.file_wanted", statement, number=statement.number)
        announce(StatementFileWanted(statement.pk, language))


def make_file(*, statement_id: int, language: str = DEFAULT) -> Statement | None:
    """Make and keep a statement's file in a language; None when its draft is gone.

    It says what the ledger says now. A draft takes over today's figures. Raises StatementMoved when a locked one differs. One that
    was superseded, or whose run failed, stays as it is: the ledger went on without it. Of a long one some parts are made,
    and the next step is announced.
    """
    with transaction.atomic():
        statement = advance_file(statement_id=statement_id, language=language)
        if statement is None or kept_in(statement, language).pdf or pdf_obstacle():
            return statement
        if statement.run.state not in LEFT_ALONE:
            announce(StatementPartsDue(statement_id, language))
        return statement


@transaction.atomic
def advance_file(*, statement_id: int, language: str = DEFAULT) -> Statement | None:
    """Make a statement's file as `make_file` does, of a long one the next parts only.

    Parts made already are not made again; the last step puts all of them together.
    """
    # Two statements: after waiting for a lock the joined rows would be those of before.
    Statement.objects.select_for_update().filter(pk=statement_id).values_list("pk").first()
    statement = (
        Statement.objects.select_related("run__period__locked_by", "run__started_by", "party")
        .filter(pk=statement_id)
        .first()
    )
    if statement is None or pdf_obstacle():
        return statement
    kept = kept_in(statement, language)
    if statement.run.state in LEFT_ALONE:
        drop_parts(statement_id, language)
        return statement
    if kept.pdf:
        return statement
    with translation.override(language):
        sheet = read_sheet(party=statement.party, period=statement.run.period)
        if sheet.sha256 != statement.sha256:
            if statement.run.state == StatementRun.State.LOCKED:
                raise StatementMoved(statement.number)
            drop_files(statement)
            take_figures(statement, sheet)
            statement.save()
        documents_of = parts(sheet)
        if len(documents_of) == 1:
            content = render_pdf(next(documents(statement, sheet)))
            _keep(kept, ContentFile(content), "pdf", hashlib.sha256(content).hexdigest())
            return statement
        if not make_parts(statement, sheet, documents_of, language, draw=render_pdf):
            return statement
    with packed(statement, language) as (archive, fingerprint):
        _keep(kept, archive, "zip", fingerprint)
    drop_parts(statement_id, language)
    return statement


def _keep(kept: Kept, content: File[bytes], suffix: str, fingerprint: str) -> None:
    kept.pdf.save(f"statements/statement.{suffix}", content, save=False)
    kept.pdf_sha256 = fingerprint
    kept.save()


class StoredFile(NamedTuple):
    """A file to hand out."""

    name: str
    content_type: str
    content: bytes


def stored_file(statement: Statement, language: str = DEFAULT) -> StoredFile:
    """Return the kept file of a language; Gone when it is not there, or not what was kept."""
    kept = kept_in(statement, language)
    content = _read(kept)
    if content is None:
        raise Gone("statement.no_file", _("The file is not there any more. Make it again."))
    suffix = "zip" if str(kept.pdf.name).endswith(".zip") else "pdf"
    return StoredFile(f"{statement.number}.{suffix}", f"application/{suffix}", content)


def is_whole(kept: Kept) -> bool:
    """Whether a file is there and is what was kept."""
    return _read(kept) is not None


def _read(kept: Kept) -> bytes | None:
    """The file's content; None when it is missing or is not what was kept."""
    try:
        with kept.pdf.open("rb") as source:
            content: bytes = source.read()
    except (ValueError, OSError):
        return None
    return content if hashlib.sha256(content).hexdigest() == kept.pdf_sha256 else None
