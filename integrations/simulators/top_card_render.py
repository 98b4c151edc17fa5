"""A simulated Tmall work card, and what a service method says of it, as the wire shows them."""

from typing import Any

from integrations.simulators.top_card import Card
from integrations.times import to_china

_ACCEPTED, _DONE, _REVOKED = "3", "5", "12"


def yes() -> dict[str, Any]:
    """A service answer that says the call took effect."""
    return {"result": {"success": True, "result_data": {}}}


def no(code: str, message: str) -> dict[str, Any]:
    """A service answer that refuses: HTTP and gateway are content, the result is not."""
    return {"result": {"success": False, "msg_code": code, "msg_info": message}}


def unknown() -> dict[str, Any]:
    """The refusal for a card that is not there, or another shop's."""
    return no("isv.workcard-not-exist", "工单不存在")


def workcard(card: Card) -> dict[str, Any]:
    """One card; its moments are mixed text and milliseconds and its amounts fen, as on the wire."""
    order, line = card.order, card.line
    left = line.quantity - card.used
    paid_at = order.paid_at or order.created_at
    paid_ms = str(int(paid_at.timestamp() * 1000))
    goods = next(other for other in order.lines if other.line_id == line.serves_line_id)
    address = order.address
    return {
        "id": int(card.card_id),
        "status_code": _REVOKED if card.is_revoked else _ACCEPTED if left else _DONE,
        "parent_biz_order_id": int(order.number),
        "gmt_create": paid_ms,
        "gmt_modify": to_china(order.modified_at),
        "service_count": line.quantity,
        "used_service_count": card.used,
        "left_service_count": left,
        "sequence": len(card.completed) + 1,
        "buyer": {
            "address_province": address.province,
            "address_city": address.city,
            "address_district": address.district,
            "address_detail": "***",
            "buyer_name": address.name[:1] + "**",
        },
        "service_definition": {"biz_code": "tmall.sim", "service_code": "install"},
        "master_trade_order": {
            "order_id": int(goods.line_id),
            "parent_order_id": int(order.number),
            "auction_title": goods.title,
            "price": goods.price_fen,
            "buy_amount": goods.quantity,
            "gmt_pay": paid_ms,
        },
        "service_trade_order": {
            "order_id": int(line.line_id),
            "auction_title": line.title,
            "purchase_price_unit": line.price_fen,
            "buy_amount": line.quantity,
        },
    }
