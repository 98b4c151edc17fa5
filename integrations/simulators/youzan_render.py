"""Simulated orders and refunds in Youzan's words."""

import json
from typing import Any

from integrations.money import fen_to_yuan
from integrations.simulators.bills import Booking
from integrations.simulators.world import Line, Order, Refund, Shop
from integrations.simulators.youzan_cipher import encrypt
from integrations.times import to_china

STATUS = {
    "unpaid": "WAIT_BUYER_PAY",
    "deposit_paid": "WAIT_BUYER_PAY",
    "paid": "WAIT_SELLER_SEND_GOODS",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS",
    "finished": "TRADE_SUCCESS",
    "closed": "TRADE_CLOSED",
}
_STATUS_TEXT = {
    "unpaid": "待付款",
    "deposit_paid": "待付尾款",
    "paid": "待发货",
    "shipped": "已发货",
    "finished": "已完成",
    "closed": "已关闭",
}
_REFUND_NUMBER = {"WAIT_SELLER_AGREE": 1, "SUCCESS": 60, "CLOSED": 50}


def full_order_info(shop: Shop, order: Order) -> dict[str, Any]:
    """One element of a list answer, and the heart of the detail answer."""
    return {
        "order_info": {
            "tid": order.number,
            "status": STATUS[order.status],
            "status_str": _STATUS_TEXT[order.status],
            "type": 0,
            "created": to_china(order.created_at),
            "pay_time": to_china(order.paid_at) if order.paid_at else "",
            "update_time": to_china(order.modified_at),
            "express_type": 0,
            "refund_state": _refund_state(order),
            "close_type": 1 if order.status == "closed" else 0,
            "order_tags": {"is_virtual": False, "is_payed": order.paid_at is not None},
        },
        "buyer_info": {"yz_open_id": f"yz{order.number[-8:]}", "buyer_phone": ""},
        "address_info": _address_info(shop, order),
        "pay_info": {
            "total_fee": fen_to_yuan(order.total_fen),
            "post_fee": "0.00",
            "payment": fen_to_yuan(order.payment_fen),
            "deduction_pay": 0,
            "phase_payments": _phases(order),
        },
        "orders": [_line(line, order) for line in order.lines],
        "remark_info": {"buyer_message": order.buyer_message, "trade_memo": order.seller_memo},
    }


def order_detail(shop: Shop, order: Order) -> dict[str, Any]:
    """The data of a detail answer."""
    refunds = [refund for refund in shop.refunds.values() if refund.order_number == order.number]
    return {
        "full_order_info": full_order_info(shop, order),
        "order_promotion": {},
        "refund_order": [
            {
                "refund_id": refund.refund_id,
                "refund_type": 1,
                "refund_state": _REFUND_NUMBER[refund.status],
                "refund_fee": fen_to_yuan(refund.fee_fen),
                "oids": [{"oid": refund.line_id}],
            }
            for refund in refunds
        ],
        "delivery_order": [],
    }


def refund_row(shop: Shop, refund: Refund) -> dict[str, Any]:
    """One refund as the search and the detail show it."""
    return {
        "refund_id": refund.refund_id,
        "tid": refund.order_number,
        "oid": int(refund.line_id),
        "kdt_id": int(shop.shop_id),
        "status": refund.status,
        "refund_fee": fen_to_yuan(refund.fee_fen),
        "return_goods": False,
        "reason": 15,
        "version": int(refund.modified_at.timestamp() * 1000),
        "created": to_china(refund.created_at),
        "modified": to_china(refund.modified_at),
    }


def bill_row(one: Booking) -> dict[str, Any]:
    """One line of a shop's bill; amounts in yuan."""
    return {
        "bill_no": one.booking_id,
        "tid": one.order_number,
        "oid": one.line_id,
        "type": {"payment": "TRADE", "refund": "REFUND"}[one.kind],
        "amount": fen_to_yuan(one.amount_fen),
        "fee": fen_to_yuan(one.fee_fen),
        "finish_time": to_china(one.booked_at),
    }


def _refund_state(order: Order) -> int:
    states = {line.refund for line in order.lines}
    if states == {"refunded"}:
        is_full = all(line.refund_fen == line.paid_fen for line in order.lines)
        return 12 if is_full else 2
    if "refunded" in states or any(line.refund_fen for line in order.lines):
        return 2
    return 1 if "asked" in states else 0


def _address_info(shop: Shop, order: Order) -> dict[str, Any]:
    address = order.address
    has_position = bool(address.lon or address.lat)
    extra = {"lon": address.lon, "lat": address.lat} if has_position else {}
    return {
        "receiver_name": encrypt(shop, address.name),
        "receiver_tel": encrypt(shop, address.phone),
        "delivery_province": address.province,
        "delivery_city": address.city,
        "delivery_district": address.district,
        "delivery_address": encrypt(shop, f"{address.town}{address.detail}"),
        "delivery_postal_code": "",
        "address_extra": json.dumps(extra),
    }


def _phases(order: Order) -> list[dict[str, Any]]:
    if not order.is_presale:
        return []
    balance_fen = order.payment_fen - order.deposit_fen
    deposit_paid = order.status not in ("unpaid",)
    return [
        {
            "phase": 1,
            "real_price": fen_to_yuan(order.deposit_fen),
            "inner_transaction_no": f"D{order.number}" if deposit_paid else "",
        },
        {
            "phase": 2,
            "real_price": fen_to_yuan(balance_fen),
            "inner_transaction_no": f"B{order.number}" if order.paid_at else "",
        },
    ]


def _line(line: Line, order: Order) -> dict[str, Any]:
    properties = [{"k": "规格", "v": line.sku_text}] if line.sku_text else []
    return {
        "oid": line.line_id,
        "item_id": line.item_number,
        "sku_id": line.item_number % 1_000_000,
        "title": line.title,
        "num": line.quantity,
        "price": fen_to_yuan(line.price_fen),
        "total_fee": fen_to_yuan(line.price_fen * line.quantity),
        "payment": fen_to_yuan(line.paid_fen),
        "outer_item_id": line.outer_item_id,
        "outer_sku_id": line.outer_sku_id,
        "sku_properties_name": json.dumps(properties, ensure_ascii=False),
        "item_type": 40 if line.is_service else 0,
        "is_present": False,
        "pre_sale_type": "1" if order.is_presale else "0",
    }
