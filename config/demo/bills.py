"""The bills of the demo's shops for its history: as the platforms would write them, with their slips.

Orders of the history were never placed in the simulated shops, so their bills do not come over the
wire; they come in through the same service as a pulled bill.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from zlib import crc32

from django.db.models import Exists, OuterRef, Q, Sum, Value
from django.db.models.functions import Concat

from common import clock
from settlement.bills.lines import LineFacts
from settlement.bills.taking import take_bill
from settlement.models import BillLine, PlatformBill, Settlement

_MOST = 2_000
_HUNDRED = 100


class Shop(NamedTuple):
    """A shop of a platform."""

    platform: str
    shop_key: str


def bring_bills() -> int:
    """Bill the settled orders of the history that no bill names yet; return the new lines."""
    by_shop: dict[Shop, list[LineFacts]] = defaultdict(list)
    for settlement in _unbilled():
        bought = settlement.work_order.line
        shop = Shop(bought.order.platform, bought.order.shop_key)
        by_shop[shop] += _with_slips(_right_line(settlement))
    brought = 0
    for shop, lines in sorted(by_shop.items()):
        if not lines:
            continue
        days = min(one.booked_on for one in lines), max(one.booked_on for one in lines)
        bill = take_bill(
            **shop._asdict(),
            source=PlatformBill.Source.PULL,
            name=f"{days[0]:%Y-%m-%d} – {days[1]:%Y-%m-%d}",
            lines=lines,
            days=days,
        )
        brought += bill.total
    return brought


def _unbilled() -> list[Settlement]:
    bought = "work_order__line"
    number = Concat(
        OuterRef(f"{bought}__order__number"), Value("-"), OuterRef(f"{bought}__line_id")
    )
    named = BillLine.objects.filter(bill_line_id=number)
    found = Settlement.objects.filter(
        ~Exists(named),
        status=Settlement.Status.ACTIVE,
        work_order__line__order__number__startswith="H",
        work_order__price_included=False,
        done_on__lt=clock.business_day(),
    ).annotate(fee=Sum("lines__amount_fen", filter=Q(lines__party_role="channel")))
    rows = found.select_related("work_order__line__order").order_by("done_on", "pk")
    return [one for one in rows[:_MOST] if _lot(one.work_order.line.order.number) != _MISSING]


def _right_line(settlement: Settlement) -> LineFacts:
    bought = settlement.work_order.line
    return LineFacts(
        bill_line_id=f"{bought.order.number}-{bought.line_id}",
        order_number=bought.order.number,
        line_id=bought.line_id,
        kind=BillLine.Kind.PAYMENT,
        amount_fen=bought.paid_fen - bought.refunded_fen,
        fee_fen=getattr(settlement, "fee", 0) or 0,
        booked_on=min(settlement.done_on + timedelta(days=1), clock.business_day()),
        raw={"订单号": bought.order.number, "类型": "服务费"},
    )


_DEARER, _LESS, _MISSING, _TWICE, _ROUNDED, _ELSEWHERE = range(6)


def _lot(number: str) -> int:
    """The same for the same order, always: six of a hundred are got wrong, each in its own way."""
    return crc32(number.encode()) % _HUNDRED


def _with_slips(line: LineFacts) -> list[LineFacts]:
    lot = _lot(line.order_number)
    if lot == _DEARER:
        return [replace(line, fee_fen=line.fee_fen + line.amount_fen // 50)]
    if lot == _LESS:
        return [replace(line, amount_fen=line.amount_fen - 1_000)]
    if lot == _TWICE:
        return [line, replace(line, bill_line_id=f"{line.bill_line_id}-2")]
    if lot == _ROUNDED:
        return [replace(line, fee_fen=line.fee_fen + 1)]
    if lot == _ELSEWHERE:
        return [replace(line, order_number=f"X{line.order_number[1:]}")]
    return [line]
