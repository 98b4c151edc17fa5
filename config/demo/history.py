"""Makes the history in chunks: the next orders that are not there yet, walked as far as today."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection

from accounts.models import User
from catalog.models import Material
from common import clock
from common.remembering import remembering
from common.storage import unhurried_files
from config.demo.crew import Crew
from config.demo.orders import Order, days, orders_of
from config.demo.pace import Stage
from config.demo.shops import shop_units
from config.demo.walking import Walk
from integrations.models import Connection
from workorders.models import ShopOrder

if TYPE_CHECKING:
    from datetime import datetime

    from config.demo.plan import Company

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the history of one company is."""

    done: int
    total: int

    @property
    def share(self) -> int:
        """Per cent that are made."""
        return 100 * self.done // max(1, self.total)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to make."""
        return self.done >= self.total


def make_orders(company: Company, limit: int) -> int:
    """Make the next orders of the plan in the current tenant; return how many."""
    with connection.cursor() as cursor:
        # Losing the last moments of a made-up past in a crash costs nothing: they are made again.
        cursor.execute("SET synchronous_commit TO off")
    try:
        todo = list(islice(_missing(company), limit))
        if todo:
            stage = _stage(company)
            with remembering(), unhurried_files():
                for order in todo:
                    Walk(order, stage).run()
        return len(todo)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO DEFAULT")


def progress(company: Company) -> Progress:
    """Return how many of the planned orders exist in the current tenant."""
    founded = User.objects.values_list("created_at", flat=True).get(username="diaodu")
    made = ShopOrder.objects.filter(number__startswith="H").count()
    return Progress(made, _total(company, founded))


@cache
def _total(company: Company, founded: datetime) -> int:
    return sum(1 for _order in _planned_until(company, founded))


def _planned(company: Company) -> Iterator[Order]:
    founded = User.objects.get(username="diaodu").created_at
    yield from _planned_until(company, founded)


def _planned_until(company: Company, founded: datetime) -> Iterator[Order]:
    # The plan ends when the company was made, so it stays the same when it is resumed later.
    for day in days(clock.business_day(founded)):
        yield from (order for order in orders_of(company, day) if order.placed_at <= founded)


def _missing(company: Company) -> Iterator[Order]:
    known = set(ShopOrder.objects.filter(number__startswith="H").values_list("number", flat=True))
    return (order for order in _planned(company) if order.number not in known)


def _stage(company: Company) -> Stage:
    connections = {row.shop_key: row.platform for row in Connection.objects.all()}
    units = shop_units(company)
    return Stage(
        crew=Crew.load(),
        dispatcher=User.objects.get(username="diaodu"),
        shops=[
            (connections[shop_id], shop_id, unit)
            for shop_id, unit in zip(company.shops, units, strict=True)
        ],
        materials={material.code: material for material in Material.objects.all()},
        until=clock.wall_now(),
    )
