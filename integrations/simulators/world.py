"""What exists in the simulated platforms: shops with orders, corps with members."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from integrations.simulators.clock import MovableClock
from integrations.simulators.faults import FaultBook
from integrations.times import to_china

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Product:
    """What a shop sells; `service` is sold along with it as a line of its own."""

    title: str
    outer_item_id: str
    price_fen: int
    outer_sku_id: str = ""
    sku_text: str = ""
    is_service: bool = False
    service: "Product | None" = None


@dataclass(slots=True)
class Address:
    """A receiver in clear; lon and lat are Baidu coordinates, 0 when the platform has none."""

    province: str
    city: str
    district: str
    town: str
    detail: str
    name: str
    phone: str
    lon: float = 0.0
    lat: float = 0.0


@dataclass(slots=True)
class Line:
    """One bought line; `refund` is none, asked or refunded: how its newest refund stands.

    `refund_fen` is what all its refunds have paid back.
    """

    line_id: str
    item_number: int
    title: str
    outer_item_id: str
    outer_sku_id: str
    sku_text: str
    quantity: int
    price_fen: int
    paid_fen: int
    is_service: bool
    serves_line_id: str = ""
    refund: str = "none"
    refund_id: str = ""
    refund_fen: int = 0


@dataclass(slots=True)
class Order:
    """One order; `status` is unpaid, deposit_paid, paid, shipped, finished or closed."""

    number: str
    shop_id: str
    status: str
    created_at: datetime
    modified_at: datetime
    address: Address
    lines: list[Line]
    paid_at: datetime | None = None
    is_presale: bool = False
    deposit_fen: int = 0
    buyer_message: str = ""
    seller_memo: str = ""
    version: int = 1

    @property
    def payment_fen(self) -> int:
        """What the buyer pays for all lines."""
        return sum(line.paid_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        """The same before discounts."""
        return sum(line.price_fen * line.quantity for line in self.lines)


@dataclass(slots=True)
class Refund:
    """One refund; `status` uses the words that both platforms share."""

    refund_id: str
    order_number: str
    line_id: str
    status: str
    fee_fen: int
    created_at: datetime
    modified_at: datetime


@dataclass(slots=True)
class Shop:
    """A shop on one platform together with the application that may read it."""

    platform: str
    shop_id: str
    name: str
    client_id: str
    client_secret: str
    products: list[Product]
    addresses: list[Address]
    session: str = ""
    tmc_group: str = ""
    callback_url: str = ""
    topics: set[str] = field(default_factory=set)
    orders: dict[str, Order] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    bill_slips: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SentMessage:
    """A WeCom message as one member sees it; `replaced` is written over a pressed button."""

    message_id: str
    to_user: str
    message_type: str
    content: dict[str, Any]
    sent_at: datetime
    response_code: str = ""
    pressed: str = ""
    replaced: str = ""


@dataclass(slots=True)
class Corp:
    """A WeCom corp with one self-built application."""

    corp_id: str
    name: str
    agent_id: int
    secret: str
    callback_token: str
    encoding_aes_key: str
    users: list[str]
    callback_url: str = ""
    accepts_any_user: bool = False
    messages: list[SentMessage] = field(default_factory=list)


Listener = Callable[[Shop, Order, str, Refund | None], None]


class World:
    """Everything the servers share; `lock` guards every change and every answer."""

    def __init__(self, shops: list[Shop], corps: list[Corp], clock: MovableClock) -> None:
        self.lock = RLock()
        self.clock = clock
        self.faults = FaultBook()
        self.shops: Mapping[str, Shop] = {shop.shop_id: shop for shop in shops}
        self.corps: Mapping[str, Corp] = {corp.corp_id: corp for corp in corps}
        self.listeners: list[Listener] = []
        self.calls: list[str] = []
        self.unknown_parameters: dict[str, int] = {}
        # Numbers go on from the start-up second, so that simulators that forgot their orders never
        # hand out the number of one that the product remembers.
        self.counter = int((clock.now() - _FIRST_DAY).total_seconds()) * 10

    def next_number(self) -> int:
        """A number that was never used before in this world."""
        self.counter += 1
        return self.counter

    def find_order(self, number: str) -> tuple[Shop, Order]:
        """The order and its shop; raises KeyError."""
        for shop in self.shops.values():
            if number in shop.orders:
                return shop, shop.orders[number]
        raise KeyError(number)

    def announce(self, shop: Shop, order: Order, event: str, refund: Refund | None = None) -> None:
        """Tell the platforms' messengers what has just happened to an order."""
        for listener in self.listeners:
            listener(shop, order, event, refund)

    def note_call(self, text: str) -> None:
        """Keep the last thousand calls for the control page."""
        self.calls.append(f"{to_china(self.clock.now())[11:]} {text}")
        del self.calls[:-1000]

    def note_unknown(self, operation: str, names: set[str]) -> None:
        """Count parameters that the real platform would not know."""
        for name in names:
            key = f"{operation}:{name}"
            self.unknown_parameters[key] = self.unknown_parameters.get(key, 0) + 1
