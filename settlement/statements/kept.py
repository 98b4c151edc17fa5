"""Where a statement's file is kept: in the company's language on the statement, others beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from common.language import DEFAULT
from settlement.models import Statement, StatementCopy, StatementPart

if TYPE_CHECKING:
    from django.db.models import QuerySet

Kept = Statement | StatementCopy
"""Whatever has `pdf` and `pdf_sha256`."""


def kept_in(statement: Statement, language: str) -> Kept:
    """Return what keeps the file of a language: for another than the company's maybe unsaved."""
    if language == DEFAULT:
        return statement
    found = StatementCopy.objects.filter(statement=statement, language=language).first()
    return found or StatementCopy(statement=statement, language=language)


def with_file_marks(
    statements: QuerySet[Statement, Any], language: str
) -> QuerySet[Statement, Any]:
    """Mark statements with `has_file`: whether a download in that language finds one."""
    if language == DEFAULT:
        there = ExpressionWrapper(~Q(pdf=""), output_field=BooleanField())
        return statements.annotate(has_file=there)
    copies = StatementCopy.objects.filter(statement=OuterRef("pk"), language=language)
    return statements.annotate(has_file=Exists(copies.exclude(pdf="")))


def drop_file(kept: Kept) -> None:
    """Take the file off what keeps it, unsaved; it leaves the disk once that is certain."""
    if kept.pdf:
        storage, name = kept.pdf.storage, str(kept.pdf.name)
        transaction.on_commit(partial(storage.delete, name))
    kept.pdf = kept.pdf_sha256 = ""


def drop_copies(copies: QuerySet[StatementCopy]) -> None:
    """Throw files in other languages away."""
    for copy in copies:
        drop_file(copy)
        copy.delete()


def drop_files(statement: Statement) -> None:
    """Take the files of all languages off a statement whose figures change, and parts made of them; saved later."""
    drop_file(statement)
    if statement.pk:
        drop_copies(StatementCopy.objects.filter(statement=statement))
        StatementPart.objects.filter(statement=statement).delete()
