"""Simulated orders and refunds in TOP's words."""

from typing import Any

from integrations.money import fen_to_yuan
from integrations.simulators.bills import Booking
from integrations.simulators.world import Line, Order, Refund, Shop
from integrations.times import to_china

STATUS = {
    "unpaid": "WAIT_BUYER_PAY",
    "deposit_paid": "WAIT_BUYER_PAY",
    "paid": "WAIT_SELLER_SEND_GOODS",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS",
    "finished": "TRADE_FINISHED",
    "closed": "TRADE_CLOSED",
}
_REFUND_STATUS = {"none": "NO_REFUND", "asked": "WAIT_SELLER_AGREE", "refunded": "SUCCESS"}
_STEP = {
    "unpaid": "FRONT_NOPAID_FINAL_NOPAID",
    "deposit_paid": "FRONT_PAID_FINAL_NOPAID",
    "closed": "FRONT_PAID_FINAL_NOPAID",
}


def oaid_of(order: Order) -> str:
    """The addressee's handle; it changes with the address, so that an old one becomes stale."""
    address = order.address
    seed = f"{order.number}{address.phone}{address.detail}{address.district}"
    return f"OAID{sum(seed.encode()) * 7919:012d}{order.number[-6:]}=="


def trade(order: Order) -> dict[str, Any]:
    """Every field of a trade that the simulator knows; the caller filters."""
    goods = [line for line in order.lines if not line.serves_line_id]
    services = [line for line in order.lines if line.serves_line_id]
    address = order.address
    return {
        "tid": int(order.number),
        "tid_str": order.number,
        "type": "step" if order.is_presale else "fixed",
        "status": _status(order),
        "created": to_china(order.created_at),
        "pay_time": to_china(order.paid_at) if order.paid_at else "",
        "modified": to_china(order.modified_at),
        "payment": fen_to_yuan(order.payment_fen),
        "total_fee": fen_to_yuan(order.total_fen),
        "discount_fee": fen_to_yuan(order.total_fen - order.payment_fen),
        "adjust_fee": "0.00",
        "post_fee": "0.00",
        "received_payment": fen_to_yuan(order.payment_fen if order.status == "finished" else 0),
        "num": 0 if len(goods) > 1 else goods[0].quantity,
        "buyer_open_uid": f"AAF{order.number[-9:]}",
        "receiver_name": address.name[:1] + "**",
        "receiver_state": address.province,
        "receiver_city": address.city,
        "receiver_district": address.district,
        "receiver_town": address.town,
        "receiver_address": "***",
        "receiver_mobile": "*******" + address.phone[-4:],
        "oaid": oaid_of(order),
        "seller_memo": order.seller_memo,
        "buyer_message": order.buyer_message,
        "step_trade_status": _step(order),
        "step_paid_fee": fen_to_yuan(order.deposit_fen) if order.is_presale else "",
        "orders": {"order": [_goods(line, order) for line in goods]},
        "service_orders": {"service_order": [_service(line) for line in services]},
    }


def refund_row(refund: Refund) -> dict[str, Any]:
    """One refund as both refund calls show it."""
    return {
        "refund_id": refund.refund_id,
        "tid": int(refund.order_number),
        "oid": int(refund.line_id),
        "status": refund.status,
        "refund_fee": fen_to_yuan(refund.fee_fen),
        "created": to_china(refund.created_at),
        "modified": to_china(refund.modified_at),
        "dispute_type": "REFUND",
        "refund_version": int(refund.modified_at.timestamp() * 1000),
    }


_FEE_TYPES = {"payment": "SERVICE_FEE", "refund": "REFUND"}


def bill_row(one: Booking) -> dict[str, Any]:
    """One line of a provider's bill; amounts in fen, ids as numbers where they are."""
    return {
        "bill_id": one.booking_id,
        "workcard_id": int(one.line_id[-12:]),
        "parent_biz_order_id": int(one.order_number),
        "biz_order_id": int(one.line_id),
        "fee_type": _FEE_TYPES[one.kind],
        "amount": one.amount_fen,
        "commission": one.fee_fen,
        "bill_time": to_china(one.booked_at),
    }


def receiver(shop: Shop, order_number: str, oaid: str) -> dict[str, Any]:
    """An addressee in clear with a virtual number; a stale handle only says so."""
    order = shop.orders.get(order_number)
    if order is None or oaid_of(order) != oaid:
        return {"tid": order_number, "oaid": oaid, "matched": False}
    address = order.address
    return {
        "tid": order_number,
        "oaid": oaid,
        "matched": True,
        "name": address.name,
        "mobile": f"{address.phone}-{int(order_number) % 1000:03d}",
        "state": address.province,
        "city": address.city,
        "district": address.district,
        "town": address.town,
        "address_detail": address.detail,
        "privacy_protection": True,
        "secret_no_expire_time": "2099-12-31 00:00:00",
    }


def _status(order: Order) -> str:
    if order.status == "closed" and order.paid_at is None:
        return "TRADE_CLOSED_BY_TAOBAO"
    return STATUS[order.status]


def _step(order: Order) -> str:
    if not order.is_presale:
        return ""
    return _STEP.get(order.status, "FRONT_PAID_FINAL_PAID")


def _goods(line: Line, order: Order) -> dict[str, Any]:
    return {
        "oid": int(line.line_id),
        "oid_str": line.line_id,
        "num_iid": line.item_number,
        "sku_id": str(line.item_number % 1_000_000),
        "sku_properties_name": f"规格:{line.sku_text}" if line.sku_text else "",
        "title": line.title,
        "num": line.quantity,
        "price": fen_to_yuan(line.price_fen),
        "total_fee": fen_to_yuan(line.price_fen * line.quantity),
        "payment": fen_to_yuan(line.paid_fen),
        "divide_order_fee": fen_to_yuan(line.paid_fen),
        "discount_fee": fen_to_yuan(line.price_fen * line.quantity - line.paid_fen),
        "adjust_fee": "0.00",
        "status": _status(order),
        "refund_status": _REFUND_STATUS[line.refund],
        "refund_id": line.refund_id,
        "outer_iid": line.outer_item_id,
        "outer_sku_id": line.outer_sku_id,
        "is_service_order": line.is_service,
        **({"service_order_type": "3"} if line.is_service else {}),
    }


def _service(line: Line) -> dict[str, Any]:
    # Here oid is text where the goods have a number: both happen on the real wire.
    return {
        "oid": line.line_id,
        "oid_str": line.line_id,
        "item_oid": int(line.serves_line_id),
        "service_id": line.item_number % 1_000_000,
        "title": line.title,
        "num": line.quantity,
        "price": fen_to_yuan(line.price_fen),
        "payment": fen_to_yuan(line.paid_fen),
        "total_fee": fen_to_yuan(line.price_fen * line.quantity),
        "refund_id": line.refund_id,
        "service_order_type": "1",
        "service_outer_id": line.outer_item_id,
    }
