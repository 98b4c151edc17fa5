"""Statements as workbooks: written row by row, words as text and amounts as numbers of yuan."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from settlement.models import Statement
    from settlement.statements.sheet import Sheet

MONEY = "#,##0.00"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Yuan(int):
    """An amount in whole fen that a workbook shows as a number of yuan."""


def sheet_xlsx(sheet: Sheet) -> bytes:
    """Return a statement's lines, balances and total as a workbook."""
    book = Workbook(write_only=True)
    lines = _page(book, sheet.number, [6, 12, 20, 12, 22, 22, 10, 20, 10, 12, 14, 12, 8, 8, 60])
    _head(lines, [
        _("Line"), _("Completed"), _("Work order"), _("Place"), _("Service item"), _("What for"),
        _("Code"), _("Rule"), _("Rule version"), _("Base"), _("Rate"), _("Amount"),
        _("Other period"), _("Taken back"), _("What was corrected"),
    ])  # fmt: skip
    for line in sheet.lines:
        _row(lines, [
            line.n, line.done_on.isoformat() if line.done_on else "", line.order_number, line.place,
            line.item, line.label, line.code, line.rule, line.version,
            None if line.base_fen is None else Yuan(line.base_fen), line.rate,
            Yuan(line.amount_fen), _("yes") if line.late else "", _("yes") if line.taken_back else "",
            line.correction,
        ])  # fmt: skip
    _row(lines, [_("Total"), *[""] * 10, Yuan(sheet.total_fen)])
    sums = _page(book, _("Balances"), [20, 16, 16, 16])
    _head(sums, [_("Balance"), _("Carried in"), _("In the period"), _("Carried out")])
    for one in sheet.balances:
        amounts = (one.opening_fen, one.moved_fen, one.closing_fen)
        _row(sums, [str(one.label), *map(Yuan, amounts)])
    return _saved(book)


def statements_xlsx(statements: QuerySet[Statement, Any], *, title: str) -> bytes:
    """Return one row per payee of a run as a workbook."""
    book = Workbook(write_only=True)
    page = _page(book, title, [22, 12, 26, 12, 10, 10, 16, 16, 68])
    _head(page, [
        _("Number"), _("Period"), _("Payee"), _("Kind"), _("Work orders"), _("Lines"), _("Total"),
        _("Became available"), "sha256",
    ])  # fmt: skip
    for one in statements.iterator(chunk_size=500):
        _row(page, [
            one.number, str(one.run.period), one.party.name, one.party.get_kind_display(),
            one.orders, one.lines, Yuan(one.total_fen), Yuan(one.released_fen), one.sha256,
        ])  # fmt: skip
    return _saved(book)


def text_xlsx(
    *, title: str, widths: Iterable[int], head: Iterable[str], rows: Iterable[Iterable[str]]
) -> bytes:
    """Return a sheet whose every cell is text: nothing is rounded, nothing is taken for a formula."""
    book = Workbook(write_only=True)
    page = _page(book, title, widths)
    _head(page, head)
    for row in rows:
        _row(page, row)
    return _saved(book)


def _page(book: Workbook, title: str, widths: Iterable[int]) -> Any:
    page: Any = book.create_sheet(_title(title))
    page.freeze_panes = "A2"
    for n, width in enumerate(widths):
        page.column_dimensions[chr(ord("A") + n)].width = width
    return page


def _title(words: str) -> str:
    """A name a spreadsheet allows: 31 characters, none of those that address cells."""
    return "".join("-" if one in "[]:*?/\\" else one for one in words)[:31]


def _head(page: Any, words: Iterable[str]) -> None:
    cells = list(_cells(page, words))
    for cell in cells:
        cell.font = Font(bold=True)
    page.append(cells)


def _row(page: Any, values: Iterable[Any]) -> None:
    page.append(list(_cells(page, values)))


def _cells(page: Any, values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, Yuan):
            # A decimal, not a float: what is written is the amount to the fen.
            cell = WriteOnlyCell(page)
            cell.value = Decimal(int(value)).scaleb(-2)
            cell.number_format = MONEY
        elif isinstance(value, str):
            cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value))
            # Otherwise "=HYPERLINK(…)" typed by a customer would run in the reader's spreadsheet.
            cell.data_type = "s"
        else:
            cell = WriteOnlyCell(page, value)
        yield cell


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
