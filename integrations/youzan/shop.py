"""A Youzan shop as intake sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from integrations.fields import needed_id, part
from integrations.shop import Addressee, Ciphers, Listed, ListedRefund, Payload, listed_refunds
from integrations.times import china_seconds, windows
from integrations.youzan.mapping import needs_detail, read_order, read_refund, read_refunds

if TYPE_CHECKING:
    from integrations.earlier_refunds import Earlier
    from integrations.refunds import Refund
    from integrations.strict_json import JsonObject
    from integrations.token_store import RowTokenStore
    from integrations.youzan.api import YouzanApi
    from workorders.intake_facts import ShopOrderFacts

# "Windows of hours": the list refuses more than a hundred pages, whatever the time between.
_WINDOW = timedelta(hours=6)
_THOROUGH_WINDOW = 4 * _WINDOW


class YouzanShop:
    """Implements `integrations.shop.Shop`."""

    def __init__(self, api: YouzanApi, *, shop_id: str, tokens: RowTokenStore) -> None:
        self._api = api
        self._shop_id = shop_id
        self._tokens = tokens

    def changed(self, start: datetime, end: datetime, *, thorough: bool) -> Iterator[Listed]:
        """Each order changed in start..end, once."""
        step = _THOROUGH_WINDOW if thorough else _WINDOW
        seen: set[str] = set()
        for since, until in windows(start, end, step):
            for row in self._api.orders_modified(since, until):
                listed = _listed(row)
                if listed.number not in seen:
                    seen.add(listed.number)
                    yield listed

    def refunds(self, start: datetime, end: datetime) -> Iterator[ListedRefund]:
        """Each refund changed in start..end, once."""
        for since, until in windows(start, end, _THOROUGH_WINDOW):
            found = self._api.refunds_modified(since, until)
            yield from listed_refunds(found, lambda row, _number: read_refund(row))

    def order(self, number: str, *, earlier: Earlier | None = None) -> Payload:
        """One order as it is now; its detail lists all its refunds."""
        return Payload(self._api.order(number))

    def told_refunds(self, payload: Payload) -> list[Refund]:
        """The refunds of a detail; a row of the list tells of none."""
        return read_refunds(payload.order, payload.refunds)

    def facts(self, payload: Payload) -> ShopOrderFacts:
        """The order in neutral words."""
        return read_order(payload.order, shop_id=self._shop_id, refunds=payload.refunds)

    def decrypt(self, ciphers: Ciphers) -> Addressee | None:
        """The receiver in clear; ciphertexts of a shop do not go out of date."""
        wanted = [text for text in (ciphers.name, ciphers.phone, ciphers.detail) if text]
        plain = self._api.decrypt_many(wanted)
        return Addressee(
            name=plain.get(ciphers.name, ""),
            phone=plain.get(ciphers.phone, ""),
            detail=plain.get(ciphers.detail, ""),
        )

    def finish(self) -> None:
        """Keep the token for the next calls."""
        self._tokens.flush()


def _listed(row: JsonObject) -> Listed:
    info = part(row, "order_info")
    number = needed_id(info, "tid")
    version = china_seconds(info.get("update_time") or info.get("created"), "update_time")
    return Listed(number, version, None if needs_detail(row) else Payload(row))
