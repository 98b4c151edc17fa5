"""The settlement bill of a Tmall service provider.

The method and its parameters are public (2023); the columns of a row are not, and stand here as a
provider's console shows them. A row with another type stops the pull with its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from integrations.bills import lines_once
from integrations.errors import Kind, PlatformError
from integrations.fields import part, rows
from integrations.money import whole_fen
from integrations.times import from_text_or_ms, to_china, windows

if TYPE_CHECKING:
    from integrations.strict_json import JsonObject
    from integrations.tmall.gateway import TopGateway
    from settlement.bills.lines import LineFacts

METHOD = "tmall.service.settlement.fb.bill.detail.query"
PAGE_SIZE = 100
_WINDOW = timedelta(days=1)
_NAMES = {
    "id": "bill_id", "order": "parent_biz_order_id", "line": "biz_order_id", "kind": "fee_type",
    "amount": "amount", "fee": "commission", "at": "bill_time",
}  # fmt: skip
_KINDS = {"SERVICE_FEE": "payment", "REFUND": "refund", "ADJUSTMENT": "adjustment"}


class TmallBills:
    """Implements `integrations.bills.BillSource`."""

    def __init__(self, gateway: TopGateway) -> None:
        self._gateway = gateway

    def bill(self, start: datetime, end: datetime) -> Iterator[LineFacts]:
        """Each line booked in start..end, once; day by day, page by page."""
        spans = windows(start, end, _WINDOW)
        found = (row for since, until in spans for row in self._rows(since, until))
        return lines_once(found, names=_NAMES, kinds=_KINDS, fen=whole_fen, moment=from_text_or_ms)

    def _rows(self, since: datetime, until: datetime) -> Iterator[JsonObject]:
        page_no = pages = 1
        while page_no <= pages:
            root = self._gateway.call(
                METHOD,
                {
                    "bill_time_start": to_china(since),
                    "bill_time_end": to_china(until),
                    "page_num": str(page_no),
                    "page_size": str(PAGE_SIZE),
                },
            )
            page = _result(root)
            yield from rows(page, "data_list", "fee_bill_detail")
            total = page.get("total_count")
            if isinstance(total, bool) or not isinstance(total, int) or total < 0:
                raise PlatformError("answer.malformed", "no total_count", Kind.UNKNOWN)
            pages = -(-total // PAGE_SIZE)
            page_no += 1


def _result(root: JsonObject) -> JsonObject:
    if root.get("is_success") is True:
        return part(root, "obj")
    code = str(root.get("ret_code") or "missing")
    raise PlatformError(code, str(root.get("ret_msg") or ""), Kind.REFUSED)
