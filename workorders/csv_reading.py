"""Reads a CSV file of any usual Chinese spreadsheet into rows of texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.csv_files import clean, records
from common.errors import refuse_unless
from common.money import CURRENCY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ROWS = 5_000
_TOTALS = ("合计", "总计", "小计", "total")

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("订单号", "订单编号", "order number"),
    "customer": ("客户姓名", "客户", "收货人", "customer"),
    "phone": ("手机号", "电话", "联系电话", "phone"),
    "province": ("省", "省份", "province"),
    "city": ("市", "城市", "city"),
    "district": ("区县", "区", "district"),
    "detail": ("详细地址", "地址", "address"),
    "item": ("服务项目", "项目", "service item"),
    "quantity": ("数量", "quantity"),
    "paid": ("实付金额", "金额", "paid"),
    "currency": CURRENCY_COLUMNS,
    "placed": ("下单日期", "下单时间", "date"),
    "sold_by": ("销售单位", "sold by"),
    "remark": ("备注", "remark"),
}
NEEDED = ("number", "customer", "phone", "detail", "item")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file by column key; `lines` are their line numbers in the file.

    `skipped` are line numbers of blank rows and of rows with totals.
    """

    rows: list[dict[str, str]]
    lines: list[int]
    skipped: list[int]


def read_table(raw: bytes) -> Table:
    """Return the rows of a file; the encoding is found out (UTF-8, UTF-16, GB18030).

    Raises Refused for files that are no CSV, unknown encodings, a missing or repeated column (by
    name), and for more than 5,000 rows or 5 MB.
    """
    found = iter(records(raw))
    header = _header(next(found, []))
    return _table(found, header)


def _header(cells: list[str]) -> list[str]:
    keys = {name: key for key, names in COLUMNS.items() for name in names}
    found = [keys.get(clean(cell).lower(), "") for cell in cells]
    for key in NEEDED:
        refuse_unless(
            key in found,
            "import.column",
            _("The column “%(name)s” is missing") % {"name": COLUMNS[key][0]},
        )
    for key in set(found) - {""}:
        refuse_unless(
            found.count(key) == 1,
            "import.column",
            _("The column “%(name)s” is there twice") % {"name": COLUMNS[key][0]},
        )
    return found


def _table(found: Iterator[list[str]], header: list[str]) -> Table:
    table = Table([], [], [])
    for line, cells in enumerate(found, start=2):
        row = {key: clean(cell) for key, cell in zip(header, cells, strict=False) if key}
        if not any(row.values()) or _is_total(row, cells):
            table.skipped.append(line)
            continue
        refuse_unless(
            len(table.rows) < MOST_ROWS,
            "import.rows",
            _("The file has more than 5,000 rows; please import it in parts"),
        )
        table.rows.append(row)
        table.lines.append(line)
    refuse_unless(table.rows, "import.empty", _("The file has no rows below its header"))
    return table


def _is_total(row: dict[str, str], cells: list[str]) -> bool:
    first = clean(cells[0]).lower() if cells else ""
    return first.startswith(_TOTALS) and not row.get("phone")
