"""What the control page and its JSON interface can do with the simulated platforms."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any

from integrations.simulators import trade
from integrations.simulators.bills import order_slip
from integrations.simulators.faults import Fault
from integrations.simulators.platforms import Platforms
from integrations.simulators.seed import all_addresses
from integrations.simulators.wechatpay_world import Merchant
from integrations.simulators.world import Address, Corp, Line, Order, Shop

Wish = dict[str, Any]


class UnknownThingError(LookupError):
    """No such shop, order, corp, product or action."""


@dataclass(slots=True)
class Control:
    """One method per thing that can be done; wishes are plain JSON objects."""

    platforms: Platforms

    def place(self, shop_id: str, wish: Wish) -> Order:
        """Place an order; wish: product, address, quantity, presale, pay, message, all optional."""
        shop = self.shop(shop_id)
        world = self.platforms.world
        order = trade.place_order(
            world,
            shop,
            product=_product(shop, str(wish.get("product") or "")),
            address=_address(shop, wish.get("address"), len(shop.orders)),
            quantity=int(wish.get("quantity") or 1),
            is_presale=_is_yes(wish.get("presale")),
            buyer_message=str(wish.get("message") or ""),
        )
        if _is_yes(wish.get("pay")):
            trade.pay(world, shop, order)
        return order

    def act(self, number: str, action: str, wish: Wish) -> Order:
        """Do one of ACTIONS with an order; ValueError when its state does not allow it."""
        try:
            shop, order = self.platforms.world.find_order(number)
            ACTIONS[action](self, shop, order, wish)
        except KeyError as error:
            raise UnknownThingError(str(error)) from error
        return order

    def shop(self, shop_id: str) -> Shop:
        """A shop by its id."""
        try:
            return self.platforms.world.shops[shop_id]
        except KeyError as error:
            raise UnknownThingError(shop_id) from error

    def merchant(self, mch_id: str) -> Merchant:
        """A WeChat Pay merchant by its number."""
        try:
            return self.platforms.pay.merchants[mch_id]
        except KeyError as error:
            raise UnknownThingError(mch_id) from error

    def pay_by_code(self, mch_id: str, wish: Wish) -> None:
        """A customer pays the merchant; wish: amount_fen, hours_ago."""
        ago = timedelta(hours=int(wish.get("hours_ago") or 0))
        amount_fen = int(wish.get("amount_fen") or 30_000)
        self.merchant(mch_id).pay(amount_fen, self.platforms.world.clock.now() - ago)

    def corp(self, corp_id: str) -> Corp:
        """A corp by its id."""
        try:
            return self.platforms.world.corps[corp_id]
        except KeyError as error:
            raise UnknownThingError(corp_id) from error

    def add_fault(self, wish: Wish) -> None:
        """Order a fault; wish: kind, scope, times, operation, seconds."""
        known = {one.name for one in fields(Fault)}
        self.platforms.world.faults.add(Fault(**{"scope": "", **_only(wish, known)}))

    def slip(self, shop_id: str, wish: Wish) -> None:
        """Get a line of a shop's bill wrong; wish: kind, number (the last paid order)."""
        kind, number = str(wish.get("kind") or ""), str(wish.get("number") or "")
        order_slip(self.shop(shop_id), kind, number)

    def deliver(self, wish: Wish) -> int:
        """Deliver due pushes; mode "duplicate" or "reversed" sends everything once more before."""
        mode = wish.get("mode")
        if mode in ("duplicate", "reversed"):
            self.platforms.pushes.repeat_all(is_reversed=mode == "reversed")
        if mode == "late":
            self.platforms.pushes.hold(int(wish.get("seconds") or 60))
        return self.platforms.pushes.deliver_due()

    def press(self, corp_id: str, wish: Wish) -> list[str]:
        """Press a button; wish: message_id, user, key, times."""
        corp = self.corp(corp_id)
        for message in corp.messages:
            is_meant = message.message_id == wish.get("message_id")
            if is_meant and message.to_user == wish.get("user", message.to_user):
                times = int(wish.get("times") or 1)
                return self.platforms.callbacks.press(corp, message, str(wish["key"]), times=times)
        raise UnknownThingError(str(wish.get("message_id")))

    def _pay(self, shop: Shop, order: Order, wish: Wish) -> None:
        trade.pay(self.platforms.world, shop, order)

    def _deposit(self, shop: Shop, order: Order, wish: Wish) -> None:
        trade.pay_deposit(self.platforms.world, shop, order)

    def _ship(self, shop: Shop, order: Order, wish: Wish) -> None:
        trade.ship(self.platforms.world, shop, order)

    def _finish(self, shop: Shop, order: Order, wish: Wish) -> None:
        trade.finish(self.platforms.world, shop, order)

    def _cancel(self, shop: Shop, order: Order, wish: Wish) -> None:
        trade.cancel(self.platforms.world, shop, order)

    def _memo(self, shop: Shop, order: Order, wish: Wish) -> None:
        trade.edit_memo(self.platforms.world, shop, order, str(wish.get("memo") or ""))

    def _readdress(self, shop: Shop, order: Order, wish: Wish) -> None:
        changed = {name: wish[name] for name in _ADDRESS if wish.get(name)}
        same_person = {"name": order.address.name, "phone": order.address.phone}
        base = _address(shop, changed, len(shop.orders) + order.version)
        if not {"province", "city", "district"} & set(changed) and changed:
            base = order.address
        address = replace(base, **{**same_person, **changed})
        trade.change_address(self.platforms.world, shop, order, address)

    def _ask_refund(self, shop: Shop, order: Order, wish: Wish) -> None:
        fee = wish.get("fee_fen")
        fee_fen = None if fee is None else int(fee)
        trade.ask_refund(self.platforms.world, shop, order, _line(order, wish), fee_fen)

    def _agree_refund(self, shop: Shop, order: Order, wish: Wish) -> None:
        trade.agree_refund(self.platforms.world, shop, order, _line(order, wish))

    def _refund(self, shop: Shop, order: Order, wish: Wish) -> None:
        if wish.get("line_id"):
            self._ask_refund(shop, order, wish)
            self._agree_refund(shop, order, wish)
        else:
            trade.refund_order(self.platforms.world, shop, order)

    def _forge(self, shop: Shop, order: Order, wish: Wish) -> None:
        self.platforms.pushes.forge(shop, order, str(wish.get("how") or "wrong_sign"))


ACTIONS: dict[str, Callable[[Control, Shop, Order, Wish], None]] = {
    "pay": Control._pay,
    "deposit": Control._deposit,
    "ship": Control._ship,
    "finish": Control._finish,
    "cancel": Control._cancel,
    "memo": Control._memo,
    "address": Control._readdress,
    "ask-refund": Control._ask_refund,
    "agree-refund": Control._agree_refund,
    "refund": Control._refund,
    "forge": Control._forge,
}
_ADDRESS = tuple(one.name for one in fields(Address))


def order_json(order: Order) -> dict[str, Any]:
    """An order in the simulators' own words, moments as ISO text."""
    content = asdict(order)
    for name in ("created_at", "modified_at", "paid_at"):
        moment = content[name]
        content[name] = moment.isoformat() if moment else None
    return {**content, "payment_fen": order.payment_fen}


def _product(shop: Shop, code: str) -> Any:
    if not code:
        return shop.products[len(shop.orders) % len(shop.products)]
    for product in shop.products:
        if product.outer_item_id == code:
            return product
    raise UnknownThingError(code)


def _address(shop: Shop, wish: Any, turn: int) -> Address:
    base = shop.addresses[turn * 7 % len(shop.addresses)]
    if not isinstance(wish, dict) or not wish:
        return base
    place = {name: wish[name] for name in ("city", "district") if wish.get(name)}
    for address in all_addresses():
        # A wished district brings its whole sample address, so that text and position agree.
        if place and all(getattr(address, name) == text for name, text in place.items()):
            return replace(address, **_only(wish, set(_ADDRESS)))
    elsewhere = {"lon": 0.0, "lat": 0.0} if place else {}
    return replace(base, **{**elsewhere, **_only(wish, set(_ADDRESS))})


def _line(order: Order, wish: Wish) -> Line:
    wanted = str(wish.get("line_id") or order.lines[-1].line_id)
    for line in order.lines:
        if line.line_id == wanted:
            return line
    raise UnknownThingError(wanted)


def _only(wish: Wish, known: set[str]) -> Wish:
    return {name: value for name, value in wish.items() if name in known}


def _is_yes(value: Any) -> bool:
    return value in (True, 1, "1", "on", "true", "yes")
