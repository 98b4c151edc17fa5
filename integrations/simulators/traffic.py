"""Buyers who come by themselves: every so often a new order is placed and paid."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integrations.simulators import trade
from integrations.simulators.world import Order, World

_STRIDE = 37


@dataclass(slots=True)
class Traffic:
    """`every_s` seconds between two orders, 0 for none; shops, products and buyers take turns."""

    world: World
    every_s: int = 0
    _next_at: datetime | None = field(default=None, repr=False)

    def run_due(self) -> Order | None:
        """Place and pay the order that is due now, if one is."""
        with self.world.lock:
            now = self.world.clock.now()
            if self.every_s <= 0:
                self._next_at = None
                return None
            if self._next_at is None:
                self._next_at = now + timedelta(seconds=self.every_s)
                return None
            if now < self._next_at:
                return None
            self._next_at = now + timedelta(seconds=self.every_s)
            return self._buy()

    def _buy(self) -> Order:
        shops = list(self.world.shops.values())
        turn, position = divmod(sum(len(shop.orders) for shop in shops), len(shops))
        shop = shops[position]
        product = shop.products[turn % len(shop.products)]
        # A prime stride, so that neighbouring orders come from different cities.
        address = shop.addresses[turn * _STRIDE % len(shop.addresses)]
        order = trade.place_order(self.world, shop, product=product, address=address)
        trade.pay(self.world, shop, order)
        return order
