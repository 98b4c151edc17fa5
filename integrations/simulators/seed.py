"""What the simulated platforms hold when they start, read from the two data files."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from integrations.simulators.clock import MovableClock
from integrations.simulators.top_messages import ALL_TOPICS
from integrations.simulators.world import Address, Corp, Product, Shop, World

_HERE = Path(__file__).parent


def make_world(clock: MovableClock | None = None) -> World:
    """A fresh world of the seeded shops and corps, without orders."""
    content = _content("seed.toml")
    shops = [_shop(row, content["catalogue"]) for row in content["shop"]]
    corps = [Corp(users=[], **row) for row in content["corp"]]
    return World(shops, corps, clock or MovableClock())


def all_addresses() -> list[Address]:
    """Every receiver of the pool."""
    return [Address(**row) for row in _content("addresses.toml")["address"]]


@cache
def _content(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def _shop(row: dict[str, Any], catalogues: dict[str, Any]) -> Shop:
    fields = dict(row)
    catalogue, provinces = fields.pop("catalogue"), fields.pop("provinces")
    addresses = [address for address in all_addresses() if address.province in provinces]
    products = [_product(product) for product in catalogues[catalogue]]
    topics = set(ALL_TOPICS) if fields["platform"] == "tmall" else set()
    return Shop(products=products, addresses=addresses, topics=topics, **fields)


def _product(row: dict[str, Any]) -> Product:
    fields = dict(row)
    service = fields.pop("service", None)
    sold_along = Product(is_service=True, **service) if service else None
    return Product(service=sold_along, **fields)
