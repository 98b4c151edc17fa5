"""The JSON interface of the control page."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.simulators.control import Control, UnknownThingError, Wish, order_json


class ControlJson:
    """Reads wishes from JSON bodies, answers JSON; 404 unknown things, 409 what cannot be done."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._platforms = control.platforms

    def orders(self, request: Request, shop_id: str) -> Response:
        """GET the orders of a shop, POST a new one."""
        if request.method == "POST":
            return self._do(request, lambda wish: order_json(self._control.place(shop_id, wish)))
        return self._do(
            request,
            lambda _: [order_json(order) for order in self._control.shop(shop_id).orders.values()],
        )

    def order(self, request: Request, number: str, action: str) -> Response:
        """POST one action on an order."""
        return self._do(request, lambda wish: order_json(self._control.act(number, action, wish)))

    def shops(self, request: Request) -> Response:
        """GET the shops with their applications and products."""
        return self._do(
            request,
            lambda _: [
                {
                    "platform": shop.platform,
                    "shop_id": shop.shop_id,
                    "name": shop.name,
                    "client_id": shop.client_id,
                    "callback_url": shop.callback_url,
                    "orders": len(shop.orders),
                    "products": [product.outer_item_id for product in shop.products],
                }
                for shop in self._platforms.world.shops.values()
            ],
        )

    def bill_slip(self, request: Request, shop_id: str) -> Response:
        """POST {"kind", "number"}: get a line of the shop's bill wrong."""

        def get_wrong(wish: Wish) -> Any:
            self._control.slip(shop_id, wish)
            return self._control.shop(shop_id).bill_slips

        return self._do(request, get_wrong)

    def payments(self, request: Request, mch_id: str) -> Response:
        """GET a merchant's payments; POST {"amount_fen", "hours_ago"}: a customer pays by code."""

        def pay(wish: Wish) -> Any:
            if request.method == "POST":
                self._control.pay_by_code(mch_id, wish)
            return [
                {"transaction_id": one.transaction_id, "paid_fen": one.paid_fen}
                for one in self._control.merchant(mch_id).payments.values()
            ]

        return self._do(request, pay)

    def account_faults(self, request: Request, mch_id: str) -> Response:
        """POST {"account", "reason"}: shares to an account come back; "" ends it."""

        def set_fault(wish: Wish) -> Any:
            faults = self._control.merchant(mch_id).faults
            faults[str(wish.get("account"))] = str(wish.get("reason") or "")
            return faults

        return self._do(request, set_fault)

    def shop_callback(self, request: Request, shop_id: str) -> Response:
        """POST {"url"}: where the shop's pushes go."""

        def set_url(wish: Wish) -> Any:
            self._control.shop(shop_id).callback_url = str(wish.get("url") or "")
            return {"ok": True}

        return self._do(request, set_url)

    def corp_callback(self, request: Request, corp_id: str) -> Response:
        """POST {"url", "check"}: where the corp's events go, and whether to check it now."""
        with self._platforms.world.lock:
            wish = _wish(request)
            corp = self._control.corp(corp_id)
            corp.callback_url = str(wish.get("url") or corp.callback_url)
        # The check calls out and must not hold the lock that the answer may need.
        outcome = (
            self._platforms.callbacks.check_address(corp) if wish.get("check") else "unchecked"
        )
        return _json({"outcome": outcome})

    def corp_messages(self, request: Request, corp_id: str) -> Response:
        """GET the messages that members of the corp have received."""
        return self._do(
            request, lambda _: [asdict(sent) for sent in self._control.corp(corp_id).messages]
        )

    def corp_press(self, request: Request, corp_id: str) -> Response:
        """POST {"message_id", "user", "key", "times"}: a member presses a button."""
        try:
            return _json({"outcomes": self._control.press(corp_id, _wish(request))})
        except UnknownThingError as error:
            return _json({"error": str(error)}, 404)
        except (ValueError, KeyError) as error:
            return _json({"error": str(error)}, 409)

    def clock(self, request: Request) -> Response:
        """GET the clock, POST {"advance_s"} to move it."""

        def move(wish: Wish) -> Any:
            self._platforms.world.clock.move(int(wish.get("advance_s") or 0))
            return {"now": self._platforms.world.clock.now().isoformat()}

        return self._do(request, move)

    def faults(self, request: Request) -> Response:
        """GET the faults to come, POST {"kind", "scope", "times", …} one more, DELETE all."""

        def change(wish: Wish) -> Any:
            if request.method == "POST":
                self._control.add_fault(wish)
            elif request.method == "DELETE":
                self._platforms.world.faults.clear()
            return [asdict(fault) for fault in self._platforms.world.faults.pending()]

        return self._do(request, change)

    def pushes(self, request: Request) -> Response:
        """GET the last pushes, POST {"mode": duplicate, reversed or late} to deliver due ones."""
        if request.method == "POST":
            return _json({"delivered": self._control.deliver(_wish(request))})
        return self._do(
            request,
            lambda _: [
                {
                    "shop_id": one.shop_id,
                    "event_type": one.event_type,
                    "msg_id": one.msg_id,
                    "attempts": one.attempts,
                    "answered": one.answered,
                    "last_answer": one.last_answer,
                }
                for one in self._platforms.pushes.deliveries[-200:]
            ],
        )

    def traffic(self, request: Request) -> Response:
        """GET or POST {"every_s"}: seconds between two orders that come by themselves."""

        def change(wish: Wish) -> Any:
            if request.method == "POST":
                self._platforms.traffic.every_s = max(0, int(wish.get("every_s") or 0))
            return {"every_s": self._platforms.traffic.every_s}

        return self._do(request, change)

    def log(self, request: Request) -> Response:
        """GET the last calls and the parameters that the real platforms do not know."""
        world = self._platforms.world
        return self._do(
            request, lambda _: {"calls": world.calls, "unknown": world.unknown_parameters}
        )

    def _do(self, request: Request, handle: Callable[[Wish], Any]) -> Response:
        with self._platforms.world.lock:
            try:
                return _json(handle(_wish(request)))
            except UnknownThingError as error:
                return _json({"error": f"unknown: {error}"}, 404)
            except (ValueError, TypeError) as error:
                return _json({"error": str(error)}, 409)


def _wish(request: Request) -> Wish:
    body = request.get_data()
    wish = json.loads(body) if body else {}
    if not isinstance(wish, dict):
        raise TypeError("a wish is a JSON object")
    return wish


def _json(value: Any, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return Response(text, status=status, mimetype="application/json")
