"""Work cards of the Tmall service centre: found by their service line, verified by the buyer's code.

Sources: tmall.servicecenter.workcard.query and tmall.workcard.identify of the open platform.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from integrations.errors import Kind, PlatformError
from integrations.fields import id_text, part, rows
from integrations.times import to_china

if TYPE_CHECKING:
    from integrations.strict_json import JsonObject
    from integrations.tmall.gateway import TopGateway

QUERY, IDENTIFY = "tmall.servicecenter.workcard.query", "tmall.workcard.identify"
PAGE_SIZE = 50
_AROUND = timedelta(minutes=7)  # a window of a quarter of an hour is the limit


class TmallWorkcards:
    """The cards of one seller."""

    def __init__(self, gateway: TopGateway) -> None:
        self._gateway = gateway

    def card_of(self, line_id: str, *, paid_at: datetime) -> str | None:
        """Return the number of the card of a service line, or of goods that include the service.

        None when there is none around its payment.
        """
        page_no = pages = 1
        while page_no <= pages:
            found = self._page(paid_at, page_no)
            for card in rows(found, "data_list", "workcard_d_t_o"):
                trades = (
                    part(card, name) for name in ("service_trade_order", "master_trade_order")
                )
                if line_id in {id_text(trade, "order_id") for trade in trades}:
                    return id_text(card, "id")
            pages = _pages(found)
            page_no += 1
        return None

    def identify(self, card_id: str, code: str) -> None:
        """Verify the buyer's code for a card; PlatformError with the platform's reason when not.

        Never repeated by itself: each wrong try counts on the platform's side.
        """
        asked = json.dumps({"workcard_id": card_id, "code": code})
        self._gateway.call(IDENTIFY, {"verify_request": asked}, repeatable=False)

    def _page(self, paid_at: datetime, page_no: int) -> JsonObject:
        window = {
            "gmt_create_start": to_china(paid_at - _AROUND),
            "gmt_create_end": to_china(paid_at + _AROUND),
        }
        numbers = {"current_page": str(page_no), "page_size": str(PAGE_SIZE)}
        answer = self._gateway.call(QUERY, window | numbers)
        return part(part(answer, "result"), "result_data")


def _pages(found: JsonObject) -> int:
    count = found.get("total_page_count")
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise PlatformError("answer.malformed", "no total_page_count", Kind.UNKNOWN)
    return count
