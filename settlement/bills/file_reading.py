"""A platform's bill as its merchant desk exports it: columns by their names there, every row checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from common.csv_files import clean, records
from common.errors import Refused, refuse_unless
from common.money import CURRENCY_COLUMNS, not_yuan, parse_yuan
from settlement.bills.lines import LineFacts
from settlement.models import BillLine

MOST_ROWS = 20_000
Kind = BillLine.Kind

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("账单编号", "流水号", "账务流水号", "业务流水号", "结算单号", "交易流水号", "bill no"),
    "order": ("订单号", "主订单号", "商户订单号", "关联订单号", "交易订单号", "order no"),
    "line": ("子订单号", "子订单编号", "服务订单号", "商品行号", "line no"),
    "kind": ("类型", "业务类型", "收支类型", "费用类型", "账务类型", "type"),
    "amount": ("金额", "金额(元)", "交易金额", "订单金额", "服务费", "amount"),
    "income": ("收入", "收入金额", "收入(元)", "income"),
    "expense": ("支出", "支出金额", "支出(元)", "expense"),
    "fee": ("手续费", "佣金", "平台佣金", "技术服务费", "平台服务费", "手续费(元)", "fee"),
    "currency": CURRENCY_COLUMNS,
    "day": ("入账时间", "结算时间", "账单日期", "入账日期", "流水时间", "交易时间", "date"),
}
NEEDED = ("id", "order", "day")
_KINDS = {
    Kind.PAYMENT: ("付款", "支付", "收款", "交易", "订单", "收入", "服务费", "货款", "payment"),
    Kind.REFUND: ("退款", "退货", "refund"),
    Kind.ADJUSTMENT: ("调整", "调账", "赔付", "补贴", "扣款", "结算调整单", "adjustment"),
}
_DIRECTION = {Kind.PAYMENT: 1, Kind.REFUND: -1}
_FEES = ("服务费", "手续费", "佣金")
_TOTALS = ("合计", "总计", "小计", "#", "total")
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, by its line in the file."""

    line: int
    order_number: str
    sentences: tuple[str, ...]


@dataclass(slots=True)
class ReadBill:
    """What a file says; `skipped` counts blank rows and rows with totals."""

    lines: list[LineFacts] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    skipped: int = 0

    @property
    def net_fen(self) -> int:
        """What the platform paid by this file."""
        return sum(line.amount_fen - line.fee_fen for line in self.lines)


def read_bill(raw: bytes) -> ReadBill:
    """Return the rows of an export (CSV; UTF-8, UTF-16 or GB18030).

    Raises Refused for what is no CSV, a missing or repeated column (by name), more than 20,000
    rows, and a file without rows. Rows that cannot be read are named one by one.
    """
    rows = records(raw)
    top = next((n for n, row in enumerate(rows) if _is_header(row)), 0)
    names = _header(rows[top] if rows else [])
    body = rows[top + 1 :]
    refuse_unless(
        len(body) <= MOST_ROWS, "bill.rows",
        _("The file has more than 20,000 rows; export it in parts"),
    )  # fmt: skip
    read = ReadBill()
    seen: dict[str, int] = {}
    for number, row in enumerate(body, start=top + 2):
        cells = {key: clean(cell) for key, cell in zip(names, row, strict=False) if key}
        first = clean(row[0]).lower() if row else ""
        if not any(cells.values()) or first.startswith(_TOTALS):
            read.skipped += 1
            continue
        _read_row(read, cells, number, seen)
    refuse_unless(read.lines or read.bad, "bill.empty", _("The bill has no lines"))
    return read


def _is_header(row: list[str]) -> bool:
    names = {name for key in NEEDED for name in COLUMNS[key]}
    return sum(_name(cell) in names for cell in row) >= len(NEEDED) - 1


def _name(cell: str) -> str:
    # 支付宝 and others put a tab before cells; a unit in brackets comes full-width or not.
    return clean(cell).lower().strip("`'\t ")


def _header(cells: list[str]) -> list[str]:
    keys = {name: key for key, names in COLUMNS.items() for name in names}
    found = [keys.get(_name(cell), "") for cell in cells]
    for key in set(found) - {""}:
        sentence = _("The column “%(name)s” is there twice") % {"name": COLUMNS[key][0]}
        refuse_unless(found.count(key) == 1, "import.column", sentence)
    missing = [COLUMNS[key][0] for key in NEEDED if key not in found]
    if "amount" not in found and not {"income", "expense"} <= set(found):
        missing.append(COLUMNS["amount"][0])
    if missing:
        sentence = _("The column “%(name)s” is missing")
        raise Refused("import.column", sentence % {"name": "”, “".join(missing)})
    return found


def _read_row(read: ReadBill, cells: dict[str, str], number: int, seen: dict[str, int]) -> None:
    wrong: list[str] = []
    bill_line_id, order = (cells.get(key, "").strip("`'\t ")[:65] for key in ("id", "order"))
    if not bill_line_id:
        wrong.append(_("The number of the line is missing"))
    elif bill_line_id in seen:
        wrong.append(_("The same number stands in line %(n)s") % {"n": seen[bill_line_id]})
    if not order:
        wrong.append(_("The order number is missing"))
    if any("e+" in text.lower() for text in (bill_line_id, order)):
        wrong.append(_("A spreadsheet has rounded a number; export it as text"))
    if foreign := not_yuan(cells.get("currency", "")):
        wrong.append(foreign)
    kind, amount_fen, fee_fen = _amounts(cells, wrong)
    booked_on = _day(cells.get("day", ""), wrong)
    if wrong or booked_on is None:
        read.bad.append(BadRow(number, order, tuple(wrong)))
        return
    seen[bill_line_id] = number
    read.lines.append(
        LineFacts(
            bill_line_id=bill_line_id[:64],
            order_number=order[:64],
            line_id=cells.get("line", "").strip("`'\t ")[:64],
            kind=kind,
            amount_fen=amount_fen,
            fee_fen=fee_fen,
            booked_on=booked_on,
            raw=cells,
        )
    )


def _amounts(cells: dict[str, str], wrong: list[str]) -> tuple[str, int, int]:
    is_signed = not cells.get("amount")
    if not is_signed:
        amount_fen = _fen(cells["amount"], wrong)
    else:
        amount_fen = _fen(cells.get("income", ""), wrong) - abs(
            _fen(cells.get("expense", ""), wrong)
        )
    fee_fen = _fen(cells.get("fee", ""), wrong)
    kind = _kind(cells.get("kind", ""), amount_fen)
    if kind is None:
        wrong.append(_("The type “%(word)s” is not known") % {"word": cells.get("kind", "")[:20]})
        return "", 0, 0
    if is_signed and amount_fen * _DIRECTION.get(kind, 0) < 0:
        # Two columns say which way money went: a service fee paid is no payment of a customer.
        return _against(cells.get("kind", ""), amount_fen, fee_fen)
    # Exports write a fee and a refund with either sign; which way it goes follows from the type.
    if kind == Kind.PAYMENT:
        return kind, abs(amount_fen), abs(fee_fen)
    if kind == Kind.REFUND:
        return kind, -abs(amount_fen), -abs(fee_fen)
    return kind, amount_fen, fee_fen


def _against(word: str, amount_fen: int, fee_fen: int) -> tuple[str, int, int]:
    """Read a row whose money went the other way than its type says: a fee, or an adjustment."""
    if amount_fen < 0 and any(part in word for part in _FEES):
        return Kind.PAYMENT, 0, abs(fee_fen) - amount_fen
    return Kind.ADJUSTMENT, amount_fen, fee_fen


def _kind(word: str, amount_fen: int) -> Kind | None:
    if not word:
        return Kind.PAYMENT if amount_fen >= 0 else Kind.REFUND
    lowered = word.lower()
    for kind in (Kind.REFUND, Kind.ADJUSTMENT, Kind.PAYMENT):
        if any(part in lowered for part in _KINDS[kind]):
            return kind
    return None


def _fen(typed: str, wrong: list[str]) -> int:
    if typed in {"", "-", "—"}:
        return 0
    try:
        return parse_yuan(typed.removeprefix("+"))
    except Refused:
        wrong.append(_("“%(typed)s” is no amount in yuan") % {"typed": typed[:20]})
        return 0


def _day(typed: str, wrong: list[str]) -> date | None:
    text = typed.split(" ")[0].split("T")[0]
    for pattern in _DAYS:
        try:
            found = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a calendar day in China
        except ValueError:
            continue
        if 2000 <= found.year < 2100:
            return found
    wrong.append(_("“%(typed)s” is no day") % {"typed": typed[:20]})
    return None
