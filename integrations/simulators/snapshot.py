"""Keeping the simulated orders over a restart, in one JSON file."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from integrations.simulators.top_messages import TmcQueue
from integrations.simulators.wechatpay_world import PayWorld
from integrations.simulators.world import (
    Address,
    Line,
    Order,
    Refund,
    SentMessage,
    Shop,
    World,
)

FILE_NAME = "simulators.json"
_MOMENTS = frozenset({"created_at", "modified_at", "paid_at", "sent_at"})


@dataclass(slots=True)
class Snapshot:
    """The file that follows a world; written beside and moved, so that it is never half there."""

    world: World
    tmc: TmcQueue
    pay: PayWorld
    folder: Path
    _last: str = field(default="", repr=False)

    def load(self) -> None:
        """Fill the world from the file, if there is one; shops no longer seeded are left out."""
        path = self.folder / FILE_NAME
        if not path.exists():
            return
        content = json.loads(path.read_text(encoding="utf-8"))
        self.world.counter = max(self.world.counter, content["counter"])
        self.tmc.waiting = content["tmc"]
        self.pay.fill(content.get("pay", {}))
        for shop_id, kept in content["shops"].items():
            if shop := self.world.shops.get(shop_id):
                _fill(shop, kept)
        for corp_id, messages in content["messages"].items():
            if corp := self.world.corps.get(corp_id):
                corp.messages = [SentMessage(**_moments(row)) for row in messages]

    def save(self) -> None:
        """Write the world if it has changed since the last time."""
        with self.world.lock:
            content = json.dumps(
                {
                    "counter": self.world.counter,
                    "tmc": self.tmc.waiting,
                    "pay": self.pay.kept(),
                    "shops": {shop_id: _kept(shop) for shop_id, shop in self.world.shops.items()},
                    "messages": {
                        corp_id: corp.messages[-500:] for corp_id, corp in self.world.corps.items()
                    },
                },
                default=_plain,
                ensure_ascii=False,
            )
        if content == self._last:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{FILE_NAME}.new"
        beside.write_text(content, encoding="utf-8")
        os.replace(beside, self.folder / FILE_NAME)
        self._last = content


def _kept(shop: Shop) -> dict[str, Any]:
    return {
        "orders": list(shop.orders.values()),
        "refunds": list(shop.refunds.values()),
        "callback_url": shop.callback_url,
        "topics": sorted(shop.topics),
        "bill_slips": shop.bill_slips,
    }


def _fill(shop: Shop, kept: dict[str, Any]) -> None:
    orders = [_order(row) for row in kept["orders"]]
    shop.orders = {order.number: order for order in orders}
    refunds = [Refund(**_moments(row)) for row in kept["refunds"]]
    shop.refunds = {refund.refund_id: refund for refund in refunds}
    shop.callback_url = kept["callback_url"]
    shop.topics = set(kept["topics"])
    shop.bill_slips = kept.get("bill_slips", {})


def _order(row: dict[str, Any]) -> Order:
    fields = _moments(row)
    fields["address"] = Address(**fields["address"])
    fields["lines"] = [Line(**line) for line in fields["lines"]]
    return Order(**fields)


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    read: Callable[[str], datetime] = datetime.fromisoformat
    return {
        name: read(value) if name in _MOMENTS and value else value for name, value in row.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value)} is not kept")
