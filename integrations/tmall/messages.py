"""TMC messages pulled by REST: consume, confirm, permit, and what a message is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from integrations.errors import BadBodyError, MappingError
from integrations.fields import id_text, needed_id, rows, text
from integrations.strict_json import JsonObject, load_object
from integrations.times import from_china
from integrations.tmall.gateway import TopGateway

MAX_CONFIRMED_AT_ONCE = 200

TRADE_TOPICS = (
    "taobao_trade_TradeCreate",
    "taobao_trade_TradeBuyerPay",
    "taobao_trade_TradeBuyerStepPay",
    "taobao_trade_TradeSellerShip",
    "taobao_trade_TradePartlySellerShip",
    "taobao_trade_TradeSuccess",
    "taobao_trade_TradeClose",
    "taobao_trade_TradeChanged",
    "taobao_trade_TradeMemoModified",
    "taobao_trade_TradeLogisticsAddressChanged",
    "taobao_refund_RefundCreated",
    "taobao_refund_RefundSuccess",
    "taobao_refund_RefundClosed",
)


@dataclass(frozen=True, slots=True)
class TmcMessage:
    """One message; it only says what to fetch. `order_number` is "" when it is not about a trade.

    `content` is empty and `is_readable` false when its text is no JSON object: such a message is
    stored and confirmed all the same, or it would come back for ever.
    """

    message_id: str
    topic: str
    order_number: str
    refund_id: str
    seller_id: str
    seller_nick: str
    published_at: datetime
    content: JsonObject
    raw_content: str
    is_readable: bool


def consume(gateway: TopGateway, *, group: str, quantity: int = 100) -> list[TmcMessage]:
    """Messages waiting in the group; each comes again until it is confirmed."""
    answer = gateway.call(
        "taobao.tmc.messages.consume",
        {"group_name": group, "quantity": str(quantity)},
        with_session=False,
    )
    return [read_message(row) for row in rows(answer, "messages", "tmc_message")]


def confirm(gateway: TopGateway, *, group: str, message_ids: Sequence[str]) -> None:
    """Tell the platform that these messages are stored; only then call this."""
    for first in range(0, len(message_ids), MAX_CONFIRMED_AT_ONCE):
        batch = ",".join(message_ids[first : first + MAX_CONFIRMED_AT_ONCE])
        gateway.call(
            "taobao.tmc.messages.confirm",
            {"group_name": group, "s_message_ids": batch},
            with_session=False,
        )


def permit(gateway: TopGateway, *, topics: Sequence[str] = TRADE_TOPICS) -> None:
    """Switch on the seller's messages; the list replaces the one before, so send all of them."""
    gateway.call("taobao.tmc.user.permit", {"topics": ",".join(topics)})


def read_message(row: JsonObject) -> TmcMessage:
    """One row of a consume answer; raises MappingError when even its envelope is broken."""
    content, is_readable = _content(row.get("content"))
    about = content.get("result") if isinstance(content.get("result"), dict) else content
    about = about if isinstance(about, dict) else {}
    return TmcMessage(
        message_id=needed_id(row, "id"),
        topic=text(row, "topic"),
        order_number=id_text(about, "tid", "biz_order_id", "bizOrderId", "parentBizOrderId"),
        refund_id=id_text(about, "refund_id"),
        seller_id=id_text(row, "user_id"),
        seller_nick=text(row, "user_nick"),
        published_at=from_china(row.get("pub_time"), "pub_time"),
        content=content,
        raw_content=str(row.get("content") or ""),
        is_readable=is_readable,
    )


def _content(value: object) -> tuple[JsonObject, bool]:
    if not isinstance(value, str):
        raise MappingError("content", "text.not_text", value)
    try:
        return load_object(value.encode("utf-8", "replace")).value, True
    except BadBodyError:
        return {}, False
