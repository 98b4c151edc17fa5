"""A town for the tests of dispatch: an outlet in Suzhou serves Hangzhou with people who live there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

from django.db import connection, transaction

from accounts.models import Certification, Installer, InstallerSkill, Skill
from common import clock
from common.errors import Refused
from network.models import ServiceTerritory
from tests.factories import InstallerFactory
from tests.workorders.world import World, make_world, open_order, service_line, shop_order
from workorders.models import WorkOrder
from workorders.services.effects import set_appointment

SITE = (120.1244, 30.2841)
"""About where the address of the tests' shop orders lies (WGS-84)."""
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=clock.CHINA)


def make_town() -> World:
    """Make the company, the territory and the skill; nobody lives there yet."""
    world = make_world()
    ServiceTerritory.objects.create(outlet=world.suzhou, region=world.hangzhou)
    Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    Installer.objects.update(is_active=False)
    return world


def person(world: World, *, km: float = 1, rank: int = 3, **fields: Any) -> Installer:
    """An installer who lives some kilometres east of the site and knows air conditioners."""
    fields = {"outlet": world.suzhou, "home_lon": f"{SITE[0] + km / 96.1:.6f}", **fields}
    made = InstallerFactory(home_lat=f"{SITE[1]:.6f}", **fields)
    if rank:
        InstallerSkill.objects.create(installer=made, skill=Skill.objects.get(code="AC"), rank=rank)
    return made


def waiting(world: World, number: int = 1, **facts: Any) -> WorkOrder:
    """A waiting order with a number of its own."""
    return open_order(world, shop_order(service_line(), number=f"E20261102{number:03d}", **facts))


def agree(order: WorkOrder, hour: int, *, hours: int = 2) -> WorkOrder:
    """Agree a window on the Monday with the customer of an order."""
    begins = MONDAY.replace(hour=hour)
    with transaction.atomic():
        set_appointment(order, begins, begins + timedelta(hours=hours), actor=None, reason="")
        order.save()
    return order


def certify(installer: Installer, code: str, until: date) -> None:
    """Give a certificate with its last valid day."""
    Certification.objects.create(installer=installer, code=code, valid_until=until)


def at_once(tenant: Any, calls: Iterable[Callable[[], Any]], at: datetime = MONDAY) -> list[Any]:
    """Run calls in as many threads with a connection each; a refusal is its answer."""
    todo = list(calls)
    gate = Barrier(len(todo))

    def run(call: Callable[[], Any]) -> Any:
        connection.set_tenant(tenant)
        try:
            gate.wait()
            with clock.moved_to(at):
                return call()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(todo)) as pool:
        return list(pool.map(run, todo))
