"""CSV as Chinese spreadsheets write and open it: encodings, separators, no formulas."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Refused, refuse_unless

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 5 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (b"PK\x03\x04", b"MZ", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x7fELF")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def records(raw: bytes) -> list[list[str]]:
    """Return the rows of a file; the encoding is found out (UTF-8, UTF-16, GB18030).

    Raises Refused for an empty file, one over 5 MB, one that is no CSV, and an unknown encoding.
    """
    refuse_unless(raw.strip(), "import.empty", _("The file is empty"))
    refuse_unless(len(raw) <= MOST_BYTES, "import.size", _("The file is too large; 5 MB at most"))
    no_csv = _("This is no CSV file; save the sheet as CSV first")
    refuse_unless(not raw.startswith(_OTHER_FILES), "import.kind", no_csv)
    text = _decode(raw)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise Refused("import.kind", no_csv) from error


def clean(cell: str) -> str:
    """Return a cell without control signs and outer space, full-width letters made plain."""
    kept = "".join(sign for sign in cell if sign >= " " or sign == "\t")
    return unicodedata.normalize("NFKC", kept).strip()


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def csv_line(cells: Iterable[str | Decimal]) -> bytes:
    """Return one row of such a file, without the mark; a Decimal stays the number it is."""
    out = io.StringIO()
    written = [cell if isinstance(cell, Decimal) else defused(cell) for cell in cells]
    csv.writer(out, lineterminator="\r\n").writerow(written)
    return out.getvalue().encode()


def csv_bytes(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as a file every spreadsheet opens as it is: UTF-8 with a mark, no formulas."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [[defused(cell) for cell in row] for row in rows]
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _decode(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _strict(raw, encoding)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(raw, "gb18030")


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            "import.encoding", _("The text encoding is unknown; save the sheet as “CSV UTF-8”")
        ) from error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",\t;", key=first.count)
