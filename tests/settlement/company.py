"""Sold in Chengdu, done in Hangzhou, served from Nanjing: three branches and one regional agent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Installer, User
from accounts.roles import Role
from common.outbox.execution import execute
from common.outbox.selectors import due_rows
from network.models import OrgUnit
from settlement.models import RuleSetVersion, Settlement
from settlement.services.publishing import PRESETS, publish_preset, read_rules
from tests.factories import GradeFactory, InstallerFactory, UnitFactory, UserFactory
from tests.workorders import walking
from tests.workorders.world import World, make_world, open_order, shop_order
from workorders.intake_facts import ShopOrderFacts
from workorders.models import WorkOrder

INDUSTRY = "home_appliances"


@dataclass
class Company:
    """The world of the orders' tests with what settlement adds."""

    world: World
    agent: OrgUnit
    finance: User
    manager: User
    version: RuleSetVersion

    @property
    def installer(self) -> Installer:
        """The installer who works on every order here."""
        return self.world.installer


def found(**rules: Any) -> Company:
    """Make the company and publish its rules in the active schema."""
    world = make_world()
    nanjing = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=world.hq, code="NJ", name="江苏分公司")
    outlet = UnitFactory(
        name="南京网点", parent=nanjing, code="NJ01", lon="120.010000", lat="30.230000"
    )
    installer = InstallerFactory(
        outlet=outlet, grade=GradeFactory(code="G4", name="高级", rank=4), rating_x10=49
    )
    agent = UnitFactory(kind=OrgUnit.Kind.AGENT, parent=world.hq, code="AG1", name="浙江代理")
    world.east.agent = agent
    world.east.save()
    world.hangzhou.city_level = "NT1"
    world.hangzhou.save()
    for item in (world.item, world.repair):
        item.industry = INDUSTRY
        item.save()
    published = publish_preset(INDUSTRY, actor=None)
    assert published is not None
    return Company(
        world=replace(world, installer=installer),
        agent=agent,
        finance=UserFactory(role=Role.FINANCE, unit=world.hq),
        manager=UserFactory(role=Role.OUTLET_MANAGER, unit=outlet),
        version=published.version,
    )


def preset(**changes: Any) -> dict[str, Any]:
    """The demo contract with changes at its top."""
    return {**read_rules(PRESETS / f"{INDUSTRY}.toml"), **changes}


def completed(company: Company, facts: ShopOrderFacts | None = None) -> WorkOrder:
    """An order worked on until it waits for the follow-up; nothing was settled yet."""
    return walking.complete(open_order(company.world, facts), company.world)


def settled(company: Company, number: str = "E20261102001") -> Settlement:
    """A completed order that the handlers have settled."""
    order = completed(company, shop_order(number=number))
    hear()
    return Settlement.objects.get(work_order=order, status="active")


def hear() -> None:
    """Let settlement's own handlers work off what was announced; packages above stay out of it."""

    def next_row() -> int | None:
        mine = due_rows(None).filter(handler__startswith="settlement.")
        return mine.values_list("pk", flat=True).first()

    while (row_id := next_row()) is not None:
        _outcome, error = execute(row_id)
        if error is not None:
            raise error


def approve(order: WorkOrder, company: Company) -> WorkOrder:
    """The follow-up went well: the order is done."""
    walking.record_follow_up(
        order_id=order.pk, passed=True, rating_x10=50, remark="", actor=company.world.dispatcher
    )
    return walking.step(order, "approve", company.world.dispatcher)
