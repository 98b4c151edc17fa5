"""A Tmall or Taobao shop as intake sees it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from integrations.earlier_refunds import Earlier, EarlierRefund, shares_left
from integrations.errors import PlatformError
from integrations.fields import id_text, needed_id, rows, text
from integrations.shop import Addressee, Ciphers, Listed, ListedRefund, Payload, listed_refunds
from integrations.times import china_seconds
from integrations.tmall.api import TRADE_WINDOW, TmallApi
from integrations.tmall.mapping import kept_rows, lines_of, read_refund, read_trade

if TYPE_CHECKING:
    from integrations.refunds import Refund
    from integrations.strict_json import JsonObject
    from workorders.intake_facts import ShopOrderFacts

_THOROUGH_WINDOW = timedelta(hours=12)  # a day is the limit
_NO_REFUND = ("", "NO_REFUND")
_NOT_THERE = "isv.refund-not-exist"

log = logging.getLogger(__name__)


class TmallShop:
    """Implements `integrations.shop.Shop`."""

    def __init__(self, api: TmallApi, *, shop_id: str) -> None:
        self._api = api
        self._shop_id = shop_id

    def changed(self, start: datetime, end: datetime, *, thorough: bool) -> Iterator[Listed]:
        """Each trade changed in start..end, once; the list names it, the detail says the rest."""
        step = _THOROUGH_WINDOW if thorough else TRADE_WINDOW
        seen: set[str] = set()
        for row in self._api.orders_modified(start, end, step=step):
            number = needed_id(row, "tid_str", "tid")
            if number not in seen:
                seen.add(number)
                yield Listed(number, china_seconds(row.get("modified"), "modified"))

    def refunds(self, start: datetime, end: datetime) -> Iterator[ListedRefund]:
        """Each refund changed in start..end, once."""
        return listed_refunds(self._api.refunds_modified(start, end), read_refund)

    def order(self, number: str, *, earlier: Earlier | None = None) -> Payload:
        """One trade as it is now; what went back stands in its refunds alone.

        A line names only its newest refund (最近退款ID): earlier ones are asked for by number. One of
        them that Tmall says is not there is gone; a refund that the trade names itself has to be.
        """
        trade, earlier = self._api.order(number), earlier or Earlier()
        lines = _lines(trade)
        named = {id_text(line, "refund_id") for line in lines}
        newest = (id_text(line, "refund_id") for line in lines if _is_refunded(line))
        known = {one.refund.refund_id: one for one in earlier.refunds}
        refunds: list[JsonObject] = []
        gone: list[str] = []
        for refund_id in dict.fromkeys((*sorted(known), *newest)):
            if refund_id in ("", "0"):
                continue
            row = self._refund(refund_id, None if refund_id in named else known.get(refund_id))
            if row is not None:
                refunds.append(row)
            else:
                gone.append(refund_id)
                refunds += kept_rows(known[refund_id].refund)
        oids = {id_text(line, "oid_str", "oid") for line in lines}
        told = {id_text(row, "refund_id"): lines_of(row, number, oids) for row in refunds}
        for share in shares_left(earlier, told):
            refunds += kept_rows(share)
        return Payload(trade, tuple(refunds), tuple(gone))

    def _refund(self, refund_id: str, earlier: EarlierRefund | None) -> JsonObject | None:
        """One refund; None for an earlier one that is gone."""
        if earlier is not None and earlier.is_gone:
            return None
        try:
            return self._api.refund(refund_id)
        except PlatformError as error:
            if earlier is None or error.code.partition("/")[2] != _NOT_THERE:
                raise
            log.warning("Tmall knows refund %s no longer: %s", refund_id, error.code)
            return None

    def told_refunds(self, payload: Payload) -> list[Refund]:
        """The refunds beside the trade."""
        trade = payload.order
        number = needed_id(trade, "tid_str", "tid")
        known = {id_text(line, "oid_str", "oid") for line in _lines(trade)}
        return [read_refund(row, number, known) for row in payload.refunds]

    def facts(self, payload: Payload) -> ShopOrderFacts:
        """The trade in neutral words."""
        return read_trade(payload.order, shop_id=self._shop_id, refunds=payload.refunds)

    def decrypt(self, ciphers: Ciphers) -> Addressee | None:
        """The addressee in clear, with a virtual number; None when the handle is outdated."""
        handle = ciphers.phone or ciphers.name or ciphers.detail
        found = self._api.decrypt([(ciphers.order_number, handle)])
        if not found or found[0].is_stale:
            return None
        plain = found[0]
        return Addressee(plain.name, plain.phone, f"{plain.town}{plain.detail}")

    def finish(self) -> None:
        """Nothing: a seller's session is given by a person."""


def _lines(trade: JsonObject) -> tuple[JsonObject, ...]:
    return (*rows(trade, "orders", "order"), *rows(trade, "service_orders", "service_order"))


def _is_refunded(line: JsonObject) -> bool:
    # Service lines have no refund status of their own: there the number alone says it.
    return "refund_status" not in line or text(line, "refund_status") not in _NO_REFUND
