"""Youzan's webhooks: signed over the exact bytes, repeated until the receiver says success."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from integrations.simulators.outgoing import reach
from integrations.simulators.world import Order, Refund, Shop, World
from integrations.simulators.youzan_render import STATUS
from integrations.times import to_china
from integrations.youzan.signing import event_sign

TIMEOUT_S = 5.0
RETRY_S = (10, 30, 60, 180, 300, 600, 600, 600, 1200, 1800, 3600, 3600, 3600, 7200, 7200, 7200)
_BREAKER_WINDOW = timedelta(seconds=10)
_BREAKER_PROBE = timedelta(seconds=5)
_BREAKER_MIN = 5

_TYPES = {
    "created": ("trade_TradeCreate",),
    "deposit_paid": ("trade_TradePaid",),
    "paid": ("trade_TradePaid", "trade_TradeBuyerPay"),
    "address_changed": ("trade_MessagesTheChangeAddresses",),
    "shipped": ("trade_TradeSellerShip",),
    "finished": ("trade_TradeSuccess",),
    "closed": ("trade_TradeClose",),
    "memo": ("trade_TradeMemoModified",),
    "refund_created": ("trade_refund_BuyerCreated", "youzan_trade_RefundCreated"),
    "refund_success": ("trade_refund_RefundSuccess", "youzan_trade_RefundSuccess"),
}


@dataclass(slots=True)
class Delivery:
    """One push on its way; `answered` once the body of an answer held "success"."""

    shop_id: str
    event_type: str
    msg_id: str
    body: bytes
    headers: dict[str, str]
    due_at: datetime
    attempts: int = 0
    answered: bool = False
    last_answer: str = ""


Post = Callable[[str, bytes, dict[str, str]], str]


def post_over_http(url: str, body: bytes, headers: dict[str, str]) -> str:
    """Deliver to a receiver; the answer's text, or the name of what went wrong."""
    try:
        answer = reach("POST", url, body=body, headers=headers, timeout_s=TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return answer.text[:500]


@dataclass(slots=True)
class PushQueue:
    """All pushes of all Youzan shops, delivered by calling `deliver_due` again and again."""

    world: World
    post: Post = post_over_http
    deliveries: list[Delivery] = field(default_factory=list)
    _outcomes: list[tuple[datetime, bool]] = field(default_factory=list)
    _probed_at: datetime | None = None

    def listen(self, shop: Shop, order: Order, event: str, refund: Refund | None) -> None:
        """Queue the pushes that one change of an order causes."""
        if shop.platform != "youzan" or not shop.callback_url:
            return
        for event_type in _TYPES[event]:
            body = _body(self.world, shop, order, event_type, refund)
            self._queue(shop, event_type, body, sign_secret=shop.client_secret)

    def forge(self, shop: Shop, order: Order, how: str) -> None:
        """Queue a push with a wrong sign, from a wrong client, or with odd spacing but true."""
        body = _body(self.world, shop, order, "trade_TradeBuyerPay", None)
        if how == "odd_spacing":
            spaced = json.dumps(json.loads(body), ensure_ascii=False, indent=3).encode() + b"\n "
            self._queue(shop, "trade_TradeBuyerPay", spaced, sign_secret=shop.client_secret)
        elif how == "wrong_sign":
            self._queue(shop, "trade_TradeBuyerPay", body, shop.client_secret[::-1])
        elif how == "wrong_client":
            self._queue(shop, "trade_TradeBuyerPay", body, shop.client_secret, client_id="stranger")
        else:
            raise ValueError(f"no such forgery: {how}")

    def repeat_all(self, *, is_reversed: bool = False) -> None:
        """Send every push once more, the newest first when reversed."""
        now = self.world.clock.now()
        again = [
            Delivery(old.shop_id, old.event_type, old.msg_id, old.body, old.headers, now)
            for old in self.deliveries
        ]
        self.deliveries += reversed(again) if is_reversed else again

    def hold(self, seconds: int) -> None:
        """Let everything that waits now arrive late."""
        for delivery in self.waiting():
            delivery.due_at += timedelta(seconds=seconds)

    def waiting(self) -> list[Delivery]:
        """What has not been answered and not been given up."""
        return [one for one in self.deliveries if not one.answered and one.attempts <= len(RETRY_S)]

    def deliver_due(self) -> int:
        """Try everything that is due now; returns how many were answered with success."""
        delivered = 0
        with self.world.lock:
            now = self.world.clock.now()
            due = [one for one in self.waiting() if one.due_at <= now]
        for delivery in due:
            if self._is_broken():
                break
            delivered += self._try(delivery)
        return delivered

    def _try(self, delivery: Delivery) -> bool:
        # Posting happens outside the lock: the receiver calls our API before it answers.
        url = self.world.shops[delivery.shop_id].callback_url
        answer = self.post(url, delivery.body, delivery.headers) if url else "no address"
        with self.world.lock:
            now = self.world.clock.now()
            delivery.last_answer = answer
            delivery.answered = "success" in answer
            self._outcomes = [*self._outcomes, (now, delivery.answered)][-100:]
            if not delivery.answered:
                wait_s = RETRY_S[min(delivery.attempts, len(RETRY_S) - 1)]
                delivery.due_at = now + timedelta(seconds=wait_s)
            delivery.attempts += 1
        return delivery.answered

    def _is_broken(self) -> bool:
        now = self.world.clock.now()
        recent = [good for moment, good in self._outcomes if now - moment <= _BREAKER_WINDOW]
        if len(recent) < _BREAKER_MIN or recent.count(False) * 5 <= len(recent) * 4:
            self._probed_at = None
            return False
        if self._probed_at is None or now - self._probed_at >= _BREAKER_PROBE:
            self._probed_at = now
            return False
        return True

    def _queue(
        self, shop: Shop, event_type: str, body: bytes, sign_secret: str, client_id: str = ""
    ) -> None:
        sender = client_id or shop.client_id
        headers = {
            "Content-Type": "application/json",
            "Event-Type": event_type,
            "Client-Id": sender,
            "Event-Sign": event_sign(sender, body, sign_secret),
        }
        msg_id = str(json.loads(body)["msg_id"])
        due_at = self.world.clock.now()
        self.deliveries.append(Delivery(shop.shop_id, event_type, msg_id, body, headers, due_at))
        del self.deliveries[:-5000]


def _body(world: World, shop: Shop, order: Order, event_type: str, refund: Refund | None) -> bytes:
    message: dict[str, Any] = {"tid": order.number, "update_time": to_china(order.modified_at)}
    if refund is not None:
        message["refund_id"] = refund.refund_id
    is_new_style = event_type.startswith("youzan_trade_Refund")
    encoded = quote(json.dumps(message, ensure_ascii=False), safe="")
    push = {
        "client_id": shop.client_id,
        "kdt_id": int(shop.shop_id),
        "kdt_name": shop.name,
        "root_kdt_id": int(shop.shop_id),
        "id": refund.refund_id if is_new_style and refund else order.number,
        "type": event_type,
        "status": STATUS[order.status],
        "msg": message if is_new_style else encoded,
        "msg_id": str(uuid.uuid4()),
        "version": int(world.clock.now().timestamp()) * 100 + order.version,
        "sendCount": 0,
        "mode": 1,
        "test": False,
    }
    return json.dumps(push, ensure_ascii=False, separators=(",", ":")).encode()
