"""The TMC queue of simulated Tmall shops: a message comes again until it is confirmed."""

import json
from dataclasses import dataclass, field
from typing import Any

from integrations.money import fen_to_yuan
from integrations.simulators.world import Order, Refund, Shop, World
from integrations.times import to_china

_FIRST_MESSAGE = 9_100_000_000_000_000_000
_TOPICS = {
    "created": "taobao_trade_TradeCreate",
    "deposit_paid": "taobao_trade_TradeBuyerStepPay",
    "paid": "taobao_trade_TradeBuyerPay",
    "address_changed": "taobao_trade_TradeLogisticsAddressChanged",
    "shipped": "taobao_trade_TradeSellerShip",
    "finished": "taobao_trade_TradeSuccess",
    "closed": "taobao_trade_TradeClose",
    "memo": "taobao_trade_TradeMemoModified",
    "refund_created": "taobao_refund_RefundCreated",
    "refund_success": "taobao_refund_RefundSuccess",
}
ALL_TOPICS = frozenset(_TOPICS.values())


@dataclass(slots=True)
class TmcQueue:
    """Messages per group, oldest first."""

    world: World
    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def listen(self, shop: Shop, order: Order, event: str, refund: Refund | None) -> None:
        """Queue the message of one change, if the seller's topics include it."""
        topic = _TOPICS[event]
        if shop.platform != "tmall" or topic not in shop.topics:
            return
        line_id = refund.line_id if refund else order.lines[0].line_id
        content: dict[str, Any] = {
            "tid": int(order.number),
            "oid": int(line_id),
            "seller_nick": shop.name,
            "payment": fen_to_yuan(order.payment_fen),
        }
        if refund is not None:
            content["refund_id"] = int(refund.refund_id)
        self.waiting.setdefault(shop.tmc_group, []).append(
            {
                "id": _FIRST_MESSAGE + self.world.next_number(),
                "topic": topic,
                "user_id": int(shop.shop_id),
                "user_nick": shop.name,
                "pub_app_key": "12497914",
                "pub_time": to_china(self.world.clock.now()),
                "content": json.dumps(content, ensure_ascii=False),
            }
        )

    def consume(self, group: str, quantity: int) -> list[dict[str, Any]]:
        """The oldest unconfirmed messages, whether or not they were handed out before."""
        return self.waiting.get(group, [])[:quantity]

    def confirm(self, group: str, message_ids: set[str]) -> None:
        """Forget the confirmed ones."""
        kept = [row for row in self.waiting.get(group, []) if str(row["id"]) not in message_ids]
        self.waiting[group] = kept
