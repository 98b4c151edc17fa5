"""A company that works by the library: an office of two in every role, and sites in every province."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.db.models import QuerySet

from accounts.models import Installer, User
from accounts.roles import Role
from catalog.models import ServiceItem
from catalog.services.items import publish_item
from common import clock
from common.outbox.execution import Outcome, execute
from common.outbox.models import OutboxRow
from common.outbox.selectors import due_rows
from customers.receiver import ChannelBuyer
from customers.services.addresses import division_names
from customers.services.identify import identify
from network.divisions import Level, children, divisions
from network.models import Region, RegionDivision
from settlement.services.publishing import publish_rules
from tests.factories import RegionFactory, UserFactory
from tests.settlement import company as settling
from tests.workorders.library_plans import Plan
from tests.workorders.world import HANGZHOU, INSTALL_BODY, service_line, shop_order
from workorders.flow import read_flow
from workorders.flow_library import flow_body, recipes
from workorders.intake_facts import ReceiverFacts
from workorders.models import FlowVersion, WorkOrder
from workorders.receivers import receiver_of
from workorders.services.fates import Chosen
from workorders.services.flow_drafts import draft_from_library
from workorders.services.flow_publishing import publish_draft
from workorders.services.flow_variants import draft_of_variant
from workorders.services.intake import take_in
from workorders.services.opening import Marks
from workorders.services.switching import switch_on

FOUNDED = datetime(2026, 1, 6, 2, 0, tzinfo=UTC)
"""10:00 of a Tuesday in China."""
HEARD = (
    "workorders.handlers.on_action_due",
    "dispatch.handlers.on_assignment_wanted",
    "settlement.handlers.on_completed",
    "settlement.handlers.on_reopened",
    "settlement.handlers.on_milestone",
)
"""What moves an order or its money; dispatch's spans and people's notices are tested elsewhere."""
_AT_HQ = (Role.HQ_ADMIN, Role.FINANCE)
_AT_BRANCH = (Role.REGION_MANAGER, Role.OUTLET_MANAGER, Role.DISPATCHER)
NEW = 1_000
_numbers = count(1)


@dataclass
class LibraryCompany:
    """The company of the settlement's tests, with people for every role of the library's flows."""

    founded: settling.Company
    people: Mapping[str, tuple[User, ...]]

    @property
    def installer(self) -> Installer:
        """Who is sent to every site."""
        return self.founded.installer

    @property
    def admin(self) -> User:
        """Who designs flows."""
        return self.people[Role.HQ_ADMIN][0]


def found() -> LibraryCompany:
    """Make the company in the active schema."""
    company = settling.found()
    world = company.world
    publish_rules(
        key=settling.INDUSTRY, industry=settling.INDUSTRY, body=priced_rules(), actor=None
    )
    for province in divisions(Level.PROVINCE):
        if province.code == "330000":
            continue
        region = RegionFactory(name=province.name, level=Region.Level.PROVINCE, branch=world.east)
        RegionDivision.objects.get_or_create(code=province.code, defaults={"region": region})
    places = {**dict.fromkeys(_AT_HQ, world.hq), **dict.fromkeys(_AT_BRANCH, world.east)}
    people = {
        role.value: tuple(UserFactory(role=role, unit=unit) for _each in range(2))
        for role, unit in places.items()
    }
    return LibraryCompany(company, people)


def priced_rules() -> dict[str, Any]:
    """The demo contract with a price for every category the library's flows ask for."""
    asked = {
        category
        for recipe in recipes()
        for way in read_flow(flow_body(recipe)).transitions
        for condition in way.when
        if condition.fact == "category"
        for category in condition.any_of
    }
    body = settling.preset(version="2026.1")
    prices = {**dict.fromkeys(sorted(asked), 8_000), **body["grids"]["price"]["fen"]}
    body["grids"]["price"]["fen"] = prices
    return body


def publish_flow(company: LibraryCompany, recipe: str) -> FlowVersion:
    """Copy a flow of the library into a new flow of the company and publish it, as its admin does."""
    me = company.admin
    draft = draft_from_library(recipe=recipe, name=f"我们的{recipe}", into="", actor=me)
    return publish_draft(
        draft_id=draft.pk, revision=draft.revision, base=0, confirmed=(), actor=me
    ).version


def publish_variant(company: LibraryCompany, base: FlowVersion, overlay: str) -> FlowVersion:
    """Make one of the library's variants of a published flow and publish it."""
    me = company.admin
    draft = draft_of_variant(base=base, overlay=overlay, name=f"{overlay}时", actor=me)
    return publish_draft(
        draft_id=draft.pk, revision=draft.revision, base=0, confirmed=(), actor=me
    ).version


def turn_on(company: LibraryCompany, variant: FlowVersion) -> None:
    """Switch a variant on for a day."""
    now = clock.now()
    switch_on(
        modes=[(variant.key, variant.variant)],
        starts_at=now,
        ends_at=clock.day_span(clock.business_day(now))[1],
        reason="按预案",
        actor=company.admin,
    )


def item_following(flow: FlowVersion, plan: Plan) -> ServiceItem:
    """Let a service item follow a flow, as the catalog's page does."""
    body = replace(
        INSTALL_BODY,
        code=plan.code("item") or "T-LIB",
        flow=flow.key,
        category=plan.code("category") or INSTALL_BODY.category,
        order_type=plan.code("order_type"),
    )
    return publish_item(body=body, industry=settling.INDUSTRY, actor=None).item


def open_planned(
    company: LibraryCompany, flow: FlowVersion, plan: Plan, *, customer: int = 0
) -> WorkOrder:
    """Open an order of which is known what the plan says, on an item that follows the flow.

    It is for somebody new, or for the customer of that number, who may have ordered before.
    """
    item = item_following(flow, plan)
    number = next(_numbers)
    platform = plan.code("channel") or "import"
    buyer, receiver = f"library-{number}", _receiver(plan, customer or number + NEW)
    line = service_line(quantity=plan.numbered("quantity") // 1000, outer_item_id=item.code)
    facts = shop_order(
        line, number=f"L{number}", platform=platform, buyer_ref=buyer, receiver=receiver
    )
    if plan.code("customer_level"):
        who = identify(
            buyer=ChannelBuyer(platform, facts.shop_id, buyer), receiver=receiver_of(receiver)
        )
        who.customer.member_level = plan.code("customer_level")
        who.customer.save()
    marks = plan.codes.get("mark", frozenset())
    result = take_in(
        facts,
        sold_by=company.founded.world.shop,
        decided={line.line_id: Chosen(item.pk, item.current, price_included=False)},
        marks=Marks(
            urgent="urgent" in marks,
            high_work="high_work" in marks,
            warehouse_direct="warehouse_direct" in marks,
            site_kind=_site_kind(marks),
            tags=tuple(sorted(plan.codes.get("tag", ()))),
        ),
    )
    return WorkOrder.objects.get(pk=result.opened[0])


def _site_kind(marks: frozenset[str]) -> str:
    kinds = {"highway": WorkOrder.SiteKind.HIGHWAY, "remote": WorkOrder.SiteKind.REMOTE}
    return next((kind.value for mark, kind in kinds.items() if mark in marks), "urban")


def _receiver(plan: Plan, number: int) -> ReceiverFacts:
    """Somebody of their own; where a region is wanted, in its first district."""
    who = replace(HANGZHOU, name=f"客户{number}", phone=f"137{number:08d}")
    code = plan.code("region")
    if not code:
        return who
    while below := children(code):
        code = below[0].code
    province, city, district = division_names(code)
    return replace(who, province=province, city=city, district=district, position=None)


def hear() -> None:
    """Let triggers and settlement work off what was announced."""
    while rows := list(_due().values_list("pk", flat=True)):
        for row_id in rows:
            outcome, error = execute(row_id)
            if error is not None:
                raise error
            assert outcome is Outcome.DONE, outcome


def _due() -> QuerySet[OutboxRow]:
    return due_rows(None).filter(handler__in=HEARD)
