"""Trades, refunds and receivers over TOP, for one seller."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.errors import Kind, PlatformError
from integrations.fields import id_text, part, rows, text
from integrations.strict_json import JsonObject
from integrations.times import to_china, windows
from integrations.tmall.gateway import TopGateway

PAGE_SIZE = 50
TRADE_WINDOW = timedelta(minutes=30)  # one day is the limit, half an hour the platform's advice
MAX_DECRYPTED_AT_ONCE = 20
SCENE_AFTER_SALES = "2001"

TRADE_FIELDS = (
    "tid,tid_str,type,status,payment,total_fee,discount_fee,adjust_fee,post_fee,received_payment,"
    "created,pay_time,modified,consign_time,end_time,seller_memo,buyer_message,buyer_open_uid,"
    "receiver_name,receiver_state,receiver_city,receiver_district,receiver_town,receiver_address,"
    "receiver_mobile,receiver_phone,oaid,step_trade_status,step_paid_fee,orders,service_orders"
)
REFUND_FIELDS = "refund_id,tid,oid,status,refund_fee,created,modified,dispute_type,refund_version"


@dataclass(frozen=True, slots=True)
class Decrypted:
    """One addressee in clear; `is_stale` means the handle is outdated: fetch the trade again."""

    order_number: str
    is_stale: bool
    name: str
    phone: str
    province: str
    city: str
    district: str
    town: str
    detail: str
    is_virtual_number: bool


class TmallApi:
    """What intake and dispatch need of a Tmall or Taobao shop."""

    def __init__(self, gateway: TopGateway) -> None:
        self._gateway = gateway

    def orders_modified(
        self, start: datetime, end: datetime, *, step: timedelta = TRADE_WINDOW
    ) -> Iterator[JsonObject]:
        """Each trade number changed in start..end, once, as {"tid": …, "modified": …}.

        `step` is the width of one call's window, a day at most. `end` must not lie in the future: a trade changed while we read then leaves the window,
        the rest moves towards the first page, and walking from the last page to the first can
        only read a trade twice, never miss one. Raises PlatformError.
        """
        for since, until in windows(start, end, step):
            parameters = {
                "start_modified": to_china(since),
                "end_modified": to_china(until),
                "fields": "tid,tid_str,status,modified",
            }
            yield from self._backwards(
                "taobao.trades.sold.increment.get", parameters, ("trades", "trade", "tid")
            )

    def order(self, order_number: str) -> JsonObject:
        """One trade with its lines, service lines and the addressee's handle."""
        parameters = {"tid": order_number, "fields": TRADE_FIELDS, "include_oaid": "true"}
        return part(self._gateway.call("taobao.trade.fullinfo.get", parameters), "trade")

    def refunds_modified(self, start: datetime, end: datetime) -> Iterator[JsonObject]:
        """Each refund changed in start..end, once; `end` as for trades."""
        for since, until in windows(start, end, timedelta(hours=12)):
            parameters = {
                "start_modified": to_china(since),
                "end_modified": to_china(until),
                "fields": REFUND_FIELDS,
            }
            yield from self._backwards(
                "taobao.refunds.receive.get", parameters, ("refunds", "refund", "refund_id")
            )

    def refund(self, refund_id: str) -> JsonObject:
        """One refund by its number."""
        parameters = {"refund_id": refund_id, "fields": REFUND_FIELDS}
        return part(self._gateway.call("taobao.refund.get", parameters), "refund")

    def decrypt(
        self, addressees: Sequence[tuple[str, str]], *, scene: str = SCENE_AFTER_SALES
    ) -> list[Decrypted]:
        """Addressees of (order number, oaid) pairs in clear, in batches of twenty."""
        found: list[Decrypted] = []
        for first in range(0, len(addressees), MAX_DECRYPTED_AT_ONCE):
            batch = addressees[first : first + MAX_DECRYPTED_AT_ONCE]
            query = [{"tid": tid, "oaid": oaid, "scene": scene} for tid, oaid in batch]
            answer = self._gateway.call(
                "taobao.top.oaid.decrypt", {"query_list": json.dumps(query)}
            )
            found.extend(_decrypted(row) for row in rows(answer, "receiver_list", "receiver"))
        return found

    def _backwards(
        self, method: str, parameters: dict[str, str], shape: tuple[str, str, str]
    ) -> Iterator[JsonObject]:
        list_name, element, key = shape
        first = self._gateway.call(method, {**parameters, "page_no": "1", "page_size": "1"})
        last_page = -(-_count(first, "total_results") // PAGE_SIZE)
        seen: set[str] = set()
        for page_no in range(last_page, 0, -1):
            page = self._gateway.call(
                method, {**parameters, "page_no": str(page_no), "page_size": str(PAGE_SIZE)}
            )
            for row in rows(page, list_name, element):
                number = id_text(row, key)
                if number not in seen:
                    seen.add(number)
                    yield row


def _count(source: JsonObject, name: str) -> int:
    value = source.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PlatformError("answer.malformed", f"no {name}", Kind.UNKNOWN)
    return value


def _decrypted(row: JsonObject) -> Decrypted:
    return Decrypted(
        order_number=id_text(row, "tid"),
        is_stale=row.get("matched") is False,
        name=text(row, "name"),
        phone=text(row, "mobile") or text(row, "phone"),
        province=text(row, "state"),
        city=text(row, "city"),
        district=text(row, "district"),
        town=text(row, "town"),
        detail=text(row, "address_detail"),
        is_virtual_number=row.get("privacy_protection") is True,
    )
