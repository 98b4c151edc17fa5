"""A TOP trade turned into neutral shop order facts; pure."""

from collections.abc import Container, Sequence

from integrations.errors import MappingError
from integrations.fields import code, id_text, needed_id, quantity, rows, text
from integrations.money import fen_to_yuan, not_negative, yuan_to_fen
from integrations.refunds import LineRefund, Refund, spread_refunds
from integrations.secrecy import secrecy_of
from integrations.strict_json import JsonObject
from integrations.times import from_china, from_china_or_none
from workorders.intake_facts import (
    ReceiverFacts,
    RefundState,
    ShopLineFacts,
    ShopOrderFacts,
    ShopOrderStatus,
)

_STATUS = {
    "TRADE_NO_CREATE_PAY": ShopOrderStatus.UNPAID,
    "WAIT_BUYER_PAY": ShopOrderStatus.UNPAID,
    "PAY_PENDING": ShopOrderStatus.UNPAID,
    "WAIT_SELLER_SEND_GOODS": ShopOrderStatus.PAID,
    "SELLER_CONSIGNED_PART": ShopOrderStatus.SHIPPED,
    "WAIT_BUYER_CONFIRM_GOODS": ShopOrderStatus.SHIPPED,
    "TRADE_BUYER_SIGNED": ShopOrderStatus.SHIPPED,
    "TRADE_FINISHED": ShopOrderStatus.FINISHED,
    "TRADE_CLOSED": ShopOrderStatus.CLOSED,
    "TRADE_CLOSED_BY_TAOBAO": ShopOrderStatus.CLOSED,
}
_REFUND = {
    "": RefundState.NONE,
    "NO_REFUND": RefundState.NONE,
    "WAIT_SELLER_AGREE": RefundState.ASKED,
    "WAIT_BUYER_RETURN_GOODS": RefundState.ASKED,
    "WAIT_SELLER_CONFIRM_GOODS": RefundState.ASKED,
    "SELLER_REFUSE_BUYER": RefundState.NONE,
    "CLOSED": RefundState.NONE,
    "SUCCESS": RefundState.REFUNDED,
}
_DEPOSIT_STEPS = frozenset({"FRONT_PAID_FINAL_NOPAID"})
_PLAIN_GOODS = 0


def read_trade(
    trade: JsonObject, *, shop_id: str, refunds: Sequence[JsonObject] = ()
) -> ShopOrderFacts:
    """Facts of one full trade; `refunds` are its rows of refunds.receive.get or refund.get.

    A line knows that it was refunded but not how much: amounts come from `refunds` alone, because
    a refunded line's payment may stay above zero where discounts were shared.
    Raises MappingError naming the field that cannot be understood.
    """
    order_number = needed_id(trade, "tid_str", "tid")
    modified_at = from_china(trade.get("modified") or trade.get("created"), "modified")
    return ShopOrderFacts(
        platform="tmall",
        shop_id=shop_id,
        order_number=order_number,
        status=_status(trade),
        raw_status=text(trade, "status"),
        created_at=from_china(trade.get("created"), "created"),
        modified_at=modified_at,
        paid_at=from_china_or_none(trade.get("pay_time"), "pay_time"),
        paid_fen=_amount(trade, "payment"),
        post_fen=_amount_or_zero(trade, "post_fee"),
        deposit_fen=_amount_or_zero(trade, "step_paid_fee"),
        buyer_ref=id_text(trade, "buyer_open_uid"),
        receiver=_receiver(trade),
        lines=_lines(trade, order_number, refunds),
        seller_memo=text(trade, "seller_memo"),
        buyer_message=text(trade, "buyer_message"),
        version=int(modified_at.timestamp()),
    )


def _status(trade: JsonObject) -> ShopOrderStatus:
    status = _STATUS.get(text(trade, "status"))
    if status is None:
        raise MappingError("status", "status.unknown", trade.get("status"))
    # A presale with its deposit paid is still WAIT_BUYER_PAY for the platform.
    if status is ShopOrderStatus.UNPAID and text(trade, "step_trade_status") in _DEPOSIT_STEPS:
        return ShopOrderStatus.DEPOSIT_PAID
    return status


def _receiver(trade: JsonObject) -> ReceiverFacts:
    # Counties governed by the province itself (济源, 仙桃) stand in receiver_district while
    # receiver_city is empty: the city stays empty here, it must not be filled with a guess.
    detail, name = text(trade, "receiver_address"), text(trade, "receiver_name")
    phone = text(trade, "receiver_mobile") or text(trade, "receiver_phone")
    return ReceiverFacts(
        province=text(trade, "receiver_state"),
        city=text(trade, "receiver_city"),
        district=text(trade, "receiver_district"),
        town=text(trade, "receiver_town"),
        detail=detail,
        name=name,
        phone=phone,
        detail_secrecy=secrecy_of(detail),
        name_secrecy=secrecy_of(name),
        phone_secrecy=secrecy_of(phone),
        cipher_key=text(trade, "oaid"),
    )


def _lines(
    trade: JsonObject, order_number: str, refunds: Sequence[JsonObject]
) -> tuple[ShopLineFacts, ...]:
    goods = rows(trade, "orders", "order")
    services = rows(trade, "service_orders", "service_order")
    paid = {_oid(row): _line_paid_fen(row) for row in (*goods, *services)}
    if len(paid) != len(goods) + len(services):
        raise MappingError("oid", "id.repeated")
    refunded = spread_refunds((read_refund(row, order_number, paid) for row in refunds), paid)
    is_presale = bool(text(trade, "step_trade_status"))
    return tuple(
        _line(row, paid, refunded, is_presale=is_presale, in_service_list=in_service_list)
        for listed, in_service_list in ((goods, False), (services, True))
        for row in listed
    )


def _line(
    row: JsonObject,
    paid: dict[str, int],
    refunded: dict[str, LineRefund],
    *,
    is_presale: bool,
    in_service_list: bool,
) -> ShopLineFacts:
    line_id = _oid(row)
    refund = refunded[line_id]
    state = refund.state
    if state is RefundState.NONE:
        # The line itself knows that a refund runs before the refund list has it.
        state = _refund_state(row, "refund_status")
    return ShopLineFacts(
        line_id=line_id,
        outer_item_id=id_text(row, "outer_iid", "service_outer_id", "tmser_spu_code"),
        outer_sku_id=id_text(row, "outer_sku_id"),
        title=text(row, "title"),
        sku_text=text(row, "sku_properties_name"),
        quantity=quantity(row, "num"),
        paid_fen=paid[line_id],
        is_service=in_service_list or _is_service_goods(row),
        serves_line_id=id_text(row, "item_oid"),
        refund_state=state,
        refund_fen=refund.refund_fen,
        is_presale=is_presale,
    )


def _is_service_goods(row: JsonObject) -> bool:
    return row.get("is_service_order") is True or code(row, "service_order_type") != _PLAIN_GOODS


def _line_paid_fen(row: JsonObject) -> int:
    # divide_order_fee is the line's share after the discounts of the whole trade; where the
    # platform leaves it out (service lines, unpaid trades) the line's own payment is the share.
    name = "divide_order_fee" if text(row, "divide_order_fee") else "payment"
    return _amount(row, name)


def read_refund(row: JsonObject, order_number: str, lines: Container[str] = ()) -> Refund:
    """A row of refunds.receive.get or refund.get; `lines` are the trade's own, where known.

    Raises MappingError.
    """
    return Refund(
        refund_id=needed_id(row, "refund_id"),
        state=_refund_state(row, "status"),
        refund_fen=_amount(row, "refund_fee"),
        line_ids=lines_of(row, order_number, lines),
    )


def lines_of(row: JsonObject, order_number: str, lines: Container[str]) -> tuple[str, ...]:
    """The line a row of a refund is of; none when it is of the whole trade."""
    # A trade with a single line is refunded under the trade's own number.
    oid = id_text(row, "oid")
    is_whole_trade = oid in ("", "0") or (oid == order_number and oid not in lines)
    return () if is_whole_trade else (oid,)


def kept_rows(refund: Refund) -> list[JsonObject]:
    """Return a refund that is gone as `read_refund` reads it, if it was paid back and of one line."""
    if refund.state is not RefundState.REFUNDED or len(refund.line_ids) != 1:
        return []
    fee, (oid,) = fen_to_yuan(refund.refund_fen), refund.line_ids
    return [{"refund_id": refund.refund_id, "oid": oid, "status": "SUCCESS", "refund_fee": fee}]


def _refund_state(row: JsonObject, name: str) -> RefundState:
    state = _REFUND.get(text(row, name))
    if state is None:
        raise MappingError(name, "refund.unknown", row.get(name))
    return state


def _oid(row: JsonObject) -> str:
    return needed_id(row, "oid_str", "oid")


def _amount(source: JsonObject, name: str) -> int:
    return not_negative(yuan_to_fen(source.get(name), name), name)


def _amount_or_zero(source: JsonObject, name: str) -> int:
    return 0 if source.get(name) in (None, "") else _amount(source, name)
