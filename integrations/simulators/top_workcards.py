"""Installation work cards of simulated Tmall shops, one per paid service line."""

from typing import Any

from integrations.simulators.world import Line, Order, Shop
from integrations.times import to_china


def workcards(shop: Shop) -> list[tuple[Order, Line]]:
    """Every service line that was paid, oldest first; a card exists from the payment on."""
    return [
        (order, line)
        for order in shop.orders.values()
        for line in order.lines
        if order.paid_at is not None and line.serves_line_id
    ]


def workcard(order: Order, line: Line) -> dict[str, Any]:
    """One card; its moments are mixed text and milliseconds and its amounts fen, as on the wire."""
    paid_at = order.paid_at or order.created_at
    paid_ms = str(int(paid_at.timestamp() * 1000))
    goods = next(other for other in order.lines if other.line_id == line.serves_line_id)
    address = order.address
    return {
        "id": int(line.line_id) % 10_000_000,
        "status_code": "3",
        "parent_biz_order_id": int(order.number),
        "gmt_create": paid_ms,
        "gmt_modify": to_china(order.modified_at),
        "service_count": line.quantity,
        "used_service_count": 0,
        "left_service_count": line.quantity,
        "sequence": 1,
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
