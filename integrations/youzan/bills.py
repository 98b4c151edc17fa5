"""The bill of a Youzan shop: what was booked into and out of its balance.

Youzan's public lists name no bill call; name, version and columns stand here alone, as agreed with
the application's contract. Without one, the merchant desk's export is taken in as a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from integrations.bills import lines_once
from integrations.errors import Kind, PlatformError
from integrations.fields import part, rows
from integrations.money import yuan_to_fen
from integrations.times import from_china, to_china, windows

if TYPE_CHECKING:
    from integrations.strict_json import JsonObject
    from integrations.youzan.api import YouzanApi
    from settlement.bills.lines import LineFacts

NAME, VERSION = "youzan.trade.bill.search", "1.0.0"
PAGE_SIZE = 100
MAX_PAGES = 100
_WINDOW = timedelta(days=1)
_NAMES = {
    "id": "bill_no", "order": "tid", "line": "oid", "kind": "type",
    "amount": "amount", "fee": "fee", "at": "finish_time",
}  # fmt: skip
_KINDS = {"TRADE": "payment", "REFUND": "refund", "ADJUST": "adjustment"}


class YouzanBills:
    """Implements `integrations.bills.BillSource`."""

    def __init__(self, api: YouzanApi) -> None:
        self._api = api

    def bill(self, start: datetime, end: datetime) -> Iterator[LineFacts]:
        """Each line booked in start..end, once; day by day, page by page."""
        spans = windows(start, end, _WINDOW)
        found = (row for since, until in spans for row in self._rows(since, until))
        return lines_once(found, names=_NAMES, kinds=_KINDS, fen=yuan_to_fen, moment=from_china)

    def _rows(self, since: datetime, until: datetime) -> Iterator[JsonObject]:
        for page_no in range(1, MAX_PAGES + 1):
            page = self._api.object(
                NAME,
                VERSION,
                {
                    "start_time": to_china(since),
                    "end_time": to_china(until),
                    "page_no": page_no,
                    "page_size": PAGE_SIZE,
                },
            )
            yield from rows(page, "bills")
            if not part(page, "paginator").get("has_next"):
                return
        raise PlatformError("window.too_wide", "more than 100 pages", Kind.REFUSED)
