"""Statements as CSV files that a spreadsheet opens as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.csv_files import defused
from common.formatting import yuan

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from settlement.models import Statement
    from settlement.statements.sheet import Sheet

_MARK = "\ufeff"
"""Without it a spreadsheet reads Chinese as something else."""


def sheet_csv(sheet: Sheet) -> Iterator[bytes]:
    """Yield a statement's lines and its total, UTF-8 with a mark; amounts in yuan.

    Words a spreadsheet would run as a formula begin with an apostrophe; amounts stay numbers.
    """
    yield _row(
        [
            _MARK + _("Line"), _("Completed"), _("Work order"), _("Place"), _("Service item"),
            _("What for"), _("Code"), _("Rule"), _("Rule version"), _("Base"), _("Rate"),
            _("Amount"), _("Other period"), _("Taken back"), _("What was corrected"),
        ]
    )  # fmt: skip
    for line in sheet.lines:
        words = (line.order_number, line.place, line.item, line.label, line.code, line.rule)
        yield _row(
            [
                line.n,
                line.done_on.isoformat() if line.done_on else "",
                *map(defused, words),
                defused(line.version),
                yuan(line.base_fen),
                defused(line.rate),
                yuan(line.amount_fen),
                _("yes") if line.late else "",
                _("yes") if line.taken_back else "",
                defused(line.correction),
            ]
        )
    yield _row([_("Total"), *[""] * 10, yuan(sheet.total_fen)])


def statements_csv(statements: QuerySet[Statement, Any]) -> Iterator[bytes]:
    """Yield one line per payee of a run."""
    yield _row(
        [
            _MARK + _("Number"), _("Period"), _("Payee"), _("Kind"), _("Work orders"), _("Lines"),
            _("Total"), _("Became available"), "sha256",
        ]
    )  # fmt: skip
    for one in statements:
        yield _row(
            [
                one.number, one.run.period, defused(one.party.name), one.party.get_kind_display(),
                one.orders, one.lines, yuan(one.total_fen), yuan(one.released_fen), one.sha256,
            ]
        )  # fmt: skip


def _row(cells: Iterable[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()
