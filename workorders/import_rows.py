"""Checks the rows of an order file: what each means, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.selectors import active_items
from common import clock
from common.errors import Refused
from common.money import not_yuan, parse_yuan
from customers.receiver import clean_phone, is_phone
from network.divisions import Located, find, locate
from network.models import OrgUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accounts.models import User
    from catalog.models import ServiceItem
    from workorders.csv_reading import Table

_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that may be taken in; ids name the tenant's item and unit, the date is ISO or ""."""

    line: int
    number: str
    customer: str
    phone: str
    division_code: str
    detail: str
    item_id: int
    quantity: int
    paid_fen: int | None
    placed_on: str
    sold_by_id: int
    remark: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values for storing."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ReadRow:
        """Read what `as_json` gave."""
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a line of the file, in sentences; `cells` is the row as it was read."""

    line: int
    sentences: list[str]
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """The good and the bad rows of a file."""

    good: list[ReadRow]
    bad: list[RowError]
    skipped: list[int]


class _Wrong(Exception):  # noqa: N818  (a wrong cell, always caught here)
    """A cell that cannot be understood."""


def check_rows(table: Table, *, actor: User) -> CheckedTable:
    """Return every row either understood or with sentences that say what is wrong with it.

    Nothing is written. A number that stands twice in the file is an error of the later row.
    """
    reader = _Reader(actor)
    result = CheckedTable([], [], table.skipped)
    for line, cells in zip(table.lines, table.rows, strict=True):
        row, sentences = reader.read(line, cells)
        if row is None:
            result.bad.append(RowError(line, sentences, cells))
        else:
            result.good.append(row)
    return result


class _Reader:
    """Reads rows of one file; items and units are looked up once."""

    def __init__(self, actor: User) -> None:
        self.items: dict[str, ServiceItem] = {}
        for item in active_items():
            self.items[item.code] = self.items[item.name] = item
        units = OrgUnit.objects.filter(is_active=True)
        allowed = units if actor.sees_everything else units.filter(pk__in=actor.units)
        self.units = {key: unit for unit in allowed for key in (unit.code, unit.name)}
        self.own = actor.unit
        self.seen: set[tuple[int, str]] = set()

    def read(self, line: int, cells: dict[str, str]) -> tuple[ReadRow | None, list[str]]:
        wrong: list[str] = []

        def value(read: Callable[[dict[str, str]], Any]) -> Any:
            try:
                return read(cells)
            except _Wrong as error:
                wrong.append(str(error))
                return None

        row = ReadRow(
            line=line,
            number=value(_number),
            customer=value(_customer),
            phone=value(_phone),
            division_code=value(_division),
            detail=value(_detail),
            item_id=value(self._item),
            quantity=value(_quantity),
            paid_fen=value(_paid),
            placed_on=value(_placed_on),
            sold_by_id=value(self._unit),
            remark=cells.get("remark", "")[:500],
        )
        if not wrong and (row.sold_by_id, row.number) in self.seen:
            wrong.append(_("The order number %(number)s stands twice") % {"number": row.number})
        self.seen.add((row.sold_by_id, row.number))
        return (None, wrong) if wrong else (row, [])

    def _item(self, cells: dict[str, str]) -> int:
        item = self.items.get(cells["item"])
        if item is None:
            raise _Wrong(_("Unknown service item “%(name)s”") % {"name": cells["item"]})
        return item.pk

    def _unit(self, cells: dict[str, str]) -> int:
        name = cells.get("sold_by", "")
        unit = self.units.get(name) if name else self.own
        if unit is None:
            raise _Wrong(_("Unknown unit “%(name)s”, or not one of yours") % {"name": name})
        return unit.pk


def _number(cells: dict[str, str]) -> str:
    number = cells["number"].lstrip("'")
    if not number or len(number) > 64 or "E+" in number.upper():
        raise _Wrong(_("The order number is missing or was rounded by the spreadsheet"))
    return number


def _customer(cells: dict[str, str]) -> str:
    if not cells["customer"]:
        raise _Wrong(_("The customer's name is missing"))
    return cells["customer"][:60]


def _phone(cells: dict[str, str]) -> str:
    phone = clean_phone(cells["phone"].lstrip("'"))
    if not is_phone(phone):
        raise _Wrong(
            _("The phone number “%(phone)s” cannot be called (rounded by the spreadsheet?)")
            % {"phone": cells["phone"][:30]}
        )
    return phone


def _detail(cells: dict[str, str]) -> str:
    if not cells["detail"]:
        raise _Wrong(_("The address is missing"))
    return cells["detail"][:200]


def _division(cells: dict[str, str]) -> str:
    named = find(cells.get("province", ""), cells.get("city", ""), cells.get("district", ""))
    if named is not None:
        return named.code
    read = locate(cells.get("detail", ""))
    return read.code if isinstance(read, Located) else ""


def _quantity(cells: dict[str, str]) -> int:
    typed = cells.get("quantity") or "1"
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 999):
        raise _Wrong(_("The quantity “%(typed)s” must be 1 to 999") % {"typed": typed[:20]})
    return int(typed)


def _paid(cells: dict[str, str]) -> int | None:
    if foreign := not_yuan(cells.get("currency", "")):
        raise _Wrong(foreign)
    typed = cells.get("paid", "")
    if not typed:
        return None
    try:
        amount_fen = parse_yuan(typed)
    except Refused as refused:
        raise _Wrong(f"{refused} ({typed[:20]})") from refused
    if amount_fen < 0:
        raise _Wrong(_("The paid amount cannot be negative"))
    return amount_fen


def _placed_on(cells: dict[str, str]) -> str:
    typed = cells.get("placed", "")
    if not typed:
        return ""
    try:
        day = _day(typed)
    except (ValueError, OverflowError) as error:
        raise _Wrong(_("The date “%(typed)s” does not exist") % {"typed": typed[:20]}) from error
    if not date(2000, 1, 1) <= day <= clock.business_day():
        raise _Wrong(_("The date “%(typed)s” is not in the past") % {"typed": typed[:20]})
    return day.isoformat()


def _day(typed: str) -> date:
    if _SERIAL.fullmatch(typed):
        return _SERIAL_ZERO + timedelta(days=int(typed.partition(".")[0]))
    parts = _DATE.match(typed)
    if parts is None:
        raise ValueError(typed)
    return date(int(parts[1]), int(parts[2]), int(parts[3]))


def placed_at(row: ReadRow) -> datetime | None:
    """Return noon of the row's Chinese day in UTC; None when the file does not say."""
    if not row.placed_on:
        return None
    start, _end = clock.day_span(date.fromisoformat(row.placed_on))
    return start.astimezone(UTC) + timedelta(hours=12)
