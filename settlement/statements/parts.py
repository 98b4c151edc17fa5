"""The documents of a long statement: made some at a time, kept, and put together at the end."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from django.core.files import File
from django.db.models import Count, Max

from settlement.models import Statement, StatementPart
from settlement.pdf.document import Part, documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.db.models import QuerySet

    from settlement.statements.sheet import Sheet

LINES_A_STEP = 5_000
"""About half a minute of one core: far from where a task is ended, and the lines are read once."""


class PartsMade(NamedTuple):
    """How many parts of a long statement lie ready, of how many; 0 of 0 before the first."""

    done: int
    of: int


NO_PARTS = PartsMade(0, 0)


def parts_made(statement_id: int, language: str) -> PartsMade:
    """Return how far the parts of a statement in a language are."""
    found = _parts(statement_id, language).values_list("of", flat=True)
    made = list(found)
    return PartsMade(len(made), max(made, default=0))


def parts_of_run(run_id: int, language: str) -> PartsMade:
    """Return how far the parts of all long statements are that a run is having made."""
    sums = (
        StatementPart.objects.filter(statement__run=run_id, language=language)
        .values("statement_id")
        .annotate(made=Count("pk"), wanted=Max("of"))
    )
    rows = list(sums.values_list("made", "wanted"))
    return PartsMade(sum(made for made, _wanted in rows), sum(wanted for _made, wanted in rows))


def make_parts(
    statement: Statement,
    sheet: Sheet,
    wanted: Sequence[Part],
    language: str,
    *,
    draw: Callable[[str], bytes],
) -> bool:
    """Make the next parts, at least one, and say whether all are made then."""
    there = set(_parts(statement.pk, language).values_list("number", flat=True))
    missing = [one for one in wanted if one.number not in there]
    chosen, lines = list[Part](), 0
    for part in missing:
        chosen.append(part)
        lines += len(part.lines)
        if lines >= LINES_A_STEP:
            break
    for part, html in zip(chosen, documents(statement, sheet, chosen), strict=True):
        StatementPart.objects.create(
            statement=statement, language=language, number=part.number, of=part.of,
            content=draw(html),
        )  # fmt: skip
    return len(chosen) == len(missing)


@contextmanager
def packed(statement: Statement, language: str) -> Iterator[tuple[File[bytes], str]]:
    """Give all parts as one ZIP on the disk, with its fingerprint; memory stays that of one part."""
    made = _parts(statement.pk, language).order_by("number").values_list("number", "content")
    with tempfile.TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for number, content in made.iterator(chunk_size=1):
                archive.writestr(f"{statement.number}-{number}.pdf", bytes(content))
        out.seek(0)
        fingerprint = hashlib.file_digest(out, "sha256").hexdigest()
        out.seek(0)
        yield File(out), fingerprint


def drop_parts(statement_id: int, language: str) -> None:
    """Throw the parts of a statement in a language away."""
    _parts(statement_id, language).delete()


def _parts(statement_id: int, language: str) -> QuerySet[StatementPart]:
    return StatementPart.objects.filter(statement_id=statement_id, language=language)
