"""The shops orders came from are found without reading every order, and are the same shops."""

from __future__ import annotations

import random

from django.db.models import Max

from accounts.models import User
from accounts.roles import Role
from settlement.bills.shops import platform_words, shops, shops_at
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import Company
from tests.workorders.world import shop_order
from workorders.models import ShopOrder
from workorders.selectors import own_work_orders
from workorders.services.intake import take_in
from workorders.shops import one_order_of_each_shop


def all_shops() -> list[tuple[str, str]]:
    """What grouping all orders says."""
    rows = ShopOrder.objects.exclude(platform__in=["manual", "import"])
    found = rows.values_list("platform", "shop_key").annotate(seller=Max("sold_by__name"))
    return [
        (f"{platform}:{key}", f"{platform_words(platform)} {key} · {seller}")
        for platform, key, seller in found.order_by("platform", "shop_key")
    ]


def all_shops_at(platform: str, actor: User) -> list[tuple[str, str]]:
    """What grouping all of a person's work orders says."""
    own = own_work_orders(actor=actor).filter(line__order__platform=platform)
    rows = own.order_by("line__order__shop_key").values_list("line__order__shop_key")
    found = rows.annotate(seller=Max("line__order__sold_by__name"))
    return [(key, f"{key} · {seller}") for key, seller in found]


def test_without_orders_there_are_no_shops(company: Company) -> None:
    assert shops() == shops_at("youzan", actor=company.world.admin) == []


def test_the_shops_are_those_that_all_orders_together_name(company: Company) -> None:
    world, dice = company.world, random.Random(7)
    units = [world.shop, world.west, UnitFactory(parent=world.east, code="Z9", name="张江店")]
    platforms = ["youzan", "tmall", "manual", "import"]
    for n in range(24):
        facts = shop_order(
            platform=dice.choice(platforms),
            shop_id=dice.choice(["44001", "44002", "9", "a_b"]),
            number=f"X{n}",
            buyer_ref=f"buyer-{n}",
        )
        take_in(facts, sold_by=dice.choice(units))
    readers = [
        world.admin, world.seller, world.stranger, world.dispatcher,
        *(UserFactory(role=Role.OUTLET_MANAGER, unit=unit) for unit in units),
    ]  # fmt: skip
    assert shops() == all_shops() != []
    for platform in platforms:
        for reader in readers:
            assert shops_at(platform, actor=reader) == all_shops_at(platform, reader)
    keys = ("platform", "shop_key", "sold_by")
    assert one_order_of_each_shop().count() == ShopOrder.objects.values(*keys).distinct().count()
