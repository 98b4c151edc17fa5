"""Youzan's full_order_info turned into neutral shop order facts; pure."""

import json
from collections.abc import Sequence

from integrations.errors import MappingError
from integrations.fields import code, id_text, needed_id, part, quantity, rows, text
from integrations.money import not_negative, yuan_to_fen
from integrations.refunds import LineRefund, Refund, spread_refunds
from integrations.strict_json import JsonObject
from integrations.times import from_china, from_china_or_none
from integrations.youzan.receiver import read_receiver
from workorders.intake_facts import RefundState, ShopLineFacts, ShopOrderFacts, ShopOrderStatus

# TRADE_PAID and WAIT_CONFIRM hold the buyer's money while a group or a confirmation is awaited:
# nothing may be started before WAIT_SELLER_SEND_GOODS. Virtual goods skip that status and go on
# to TRADE_SUCCESS, so a finished order may still have all its installing before it.
_STATUS = {
    "WAIT_BUYER_PAY": ShopOrderStatus.UNPAID,
    "TRADE_PAID": ShopOrderStatus.UNPAID,
    "WAIT_CONFIRM": ShopOrderStatus.UNPAID,
    "WAIT_SELLER_SEND_GOODS": ShopOrderStatus.PAID,
    "WAIT_BUYER_CONFIRM_GOODS": ShopOrderStatus.SHIPPED,
    "TRADE_SUCCESS": ShopOrderStatus.FINISHED,
    "TRADE_CLOSED": ShopOrderStatus.CLOSED,
}
_SERVICE_ITEM_TYPES = frozenset({40, 183})
_FULLY_REFUNDED = 12

# refund.search and refund.get speak in words, refund_order[] of the order detail in numbers of
# another scale; both are read here and nowhere else.
_REFUND_WORDS = {
    "WAIT_SELLER_AGREE": RefundState.ASKED,
    "WAIT_BUYER_RETURN_GOODS": RefundState.ASKED,
    "WAIT_SELLER_CONFIRM_GOODS": RefundState.ASKED,
    "SELLER_REFUSE_BUYER": RefundState.NONE,
    "SELLER_REFUSE_BUYER_RETURN_GOODS": RefundState.NONE,
    "CLOSED": RefundState.NONE,
    "SUCCESS": RefundState.REFUNDED,
}
_REFUND_NUMBERS = {
    1: RefundState.ASKED,
    10: RefundState.NONE,
    20: RefundState.ASKED,
    30: RefundState.ASKED,
    40: RefundState.NONE,
    50: RefundState.NONE,
    60: RefundState.REFUNDED,
}


def needs_detail(order: JsonObject) -> bool:
    """Whether a list row hides which lines were refunded, so that the detail must be fetched."""
    info = part(part(order, "full_order_info") or order, "order_info")
    return code(info, "refund_state") not in (0, _FULLY_REFUNDED)


def read_order(
    payload: JsonObject, *, shop_id: str, refunds: Sequence[JsonObject] = ()
) -> ShopOrderFacts:
    """Facts of an order detail or of one list row; `refunds` are rows of the refund search.

    Raises MappingError naming the field that cannot be understood.
    """
    order = part(payload, "full_order_info") or payload
    info, pay, remark = (
        part(order, "order_info"),
        part(order, "pay_info"),
        part(order, "remark_info"),
    )
    modified_at = from_china(info.get("update_time") or info.get("created"), "update_time")
    deposit_fen = _deposit_fen(info, pay)
    return ShopOrderFacts(
        platform="youzan",
        shop_id=shop_id,
        order_number=needed_id(info, "tid"),
        status=_status(info, deposit_fen),
        raw_status=text(info, "status"),
        created_at=from_china(info.get("created"), "created"),
        modified_at=modified_at,
        paid_at=from_china_or_none(info.get("pay_time"), "pay_time"),
        paid_fen=not_negative(yuan_to_fen(pay.get("payment"), "payment"), "payment"),
        post_fen=not_negative(yuan_to_fen(pay.get("post_fee", "0"), "post_fee"), "post_fee"),
        deposit_fen=deposit_fen,
        buyer_ref=id_text(part(order, "buyer_info"), "yz_open_id", "outer_user_id"),
        receiver=read_receiver(part(order, "address_info")),
        lines=_lines(order, info, read_refunds(payload, refunds)),
        seller_memo=text(remark, "trade_memo"),
        buyer_message=text(remark, "buyer_message"),
        version=int(modified_at.timestamp()),
    )


def _status(info: JsonObject, deposit_fen: int) -> ShopOrderStatus:
    status = _STATUS.get(text(info, "status"))
    if status is None:
        raise MappingError("status", "status.unknown", info.get("status"))
    if status is ShopOrderStatus.UNPAID and deposit_fen:
        return ShopOrderStatus.DEPOSIT_PAID
    return status


def _deposit_fen(info: JsonObject, pay: JsonObject) -> int:
    if text(info, "status") != "WAIT_BUYER_PAY":
        return 0
    paid = [row for row in rows(pay, "phase_payments") if id_text(row, "inner_transaction_no")]
    return sum(yuan_to_fen(row.get("real_price"), "real_price") for row in paid)


def _lines(order: JsonObject, info: JsonObject, refunds: list[Refund]) -> tuple[ShopLineFacts, ...]:
    bought = rows(order, "orders")
    paid = {needed_id(row, "oid"): _paid_fen(row) for row in bought}
    if len(paid) != len(bought):
        raise MappingError("oid", "id.repeated")
    if code(info, "refund_state") == _FULLY_REFUNDED and not refunds:
        refunded = {oid: LineRefund(RefundState.REFUNDED, fen) for oid, fen in paid.items()}
    else:
        refunded = spread_refunds(refunds, paid)
    return tuple(_line(row, paid, refunded) for row in bought)


def _line(row: JsonObject, paid: dict[str, int], refunded: dict[str, LineRefund]) -> ShopLineFacts:
    line_id = needed_id(row, "oid")
    refund = refunded[line_id]
    return ShopLineFacts(
        line_id=line_id,
        outer_item_id=id_text(row, "outer_item_id"),
        outer_sku_id=id_text(row, "outer_sku_id"),
        title=text(row, "title"),
        sku_text=_sku_text(text(row, "sku_properties_name")),
        quantity=quantity(row, "num"),
        paid_fen=paid[line_id],
        is_service=code(row, "item_type") in _SERVICE_ITEM_TYPES,
        refund_state=refund.state,
        refund_fen=refund.refund_fen,
        is_presale=code(row, "pre_sale_type") != 0,
    )


def _paid_fen(row: JsonObject) -> int:
    return not_negative(yuan_to_fen(row.get("payment"), "orders.payment"), "orders.payment")


def _sku_text(properties: str) -> str:
    # A JSON list of {"k": "颜色", "v": "白色"} inside a string; anything else is shown as it is.
    try:
        values = json.loads(properties or "[]")
        return " ".join(str(value["v"]) for value in values)
    except (ValueError, TypeError, KeyError, RecursionError):
        return properties


def read_refunds(payload: JsonObject, searched: Sequence[JsonObject] = ()) -> list[Refund]:
    """The refunds of an order detail, with what the refund search says of them; raises MappingError."""
    found = {
        refund.refund_id: refund for refund in map(_from_detail, rows(payload, "refund_order"))
    }
    for row in searched:
        refund_id = needed_id(row, "refund_id")
        known = found.get(refund_id)
        found[refund_id] = read_refund(row, known.line_ids if known else ())
    return list(found.values())


def _from_detail(row: JsonObject) -> Refund:
    state = _REFUND_NUMBERS.get(code(row, "refund_state"))
    if state is None:
        raise MappingError("refund_state", "refund.unknown", row.get("refund_state"))
    return Refund(
        refund_id=needed_id(row, "refund_id"),
        state=state,
        refund_fen=not_negative(yuan_to_fen(row.get("refund_fee"), "refund_fee"), "refund_fee"),
        line_ids=_line_ids(row.get("oids")),
    )


def _line_ids(oids: object) -> tuple[str, ...]:
    listed = oids if isinstance(oids, list) else []
    return tuple(needed_id(oid if isinstance(oid, dict) else {"oid": oid}, "oid") for oid in listed)


def read_refund(row: JsonObject, known_lines: tuple[str, ...] = ()) -> Refund:
    """A row of the refund search, which names the first line only; raises MappingError."""
    state = _REFUND_WORDS.get(text(row, "status"))
    if state is None:
        raise MappingError("refund.status", "refund.unknown", row.get("status"))
    oid = id_text(row, "oid")
    return Refund(
        refund_id=needed_id(row, "refund_id"),
        state=state,
        refund_fen=not_negative(yuan_to_fen(row.get("refund_fee"), "refund_fee"), "refund_fee"),
        line_ids=known_lines or ((oid,) if oid else ()),
    )
