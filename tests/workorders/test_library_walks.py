"""Every flow of the library is worked through to its end by a company, and its money is settled.

Each flow is walked once through the services and the database, on an order that meets as many of
its conditions as one order can; each variant so on one of the flows it is made for. That every
variant fits every flow of its trade, and that an order of which nothing special is known comes to
its end too, is rehearsed by the pure engines alone: many hundreds of walks through the database
would take a quarter of an hour. A rehearsal moves the order, asks who could do what each way asks
for, and settles the job in memory; pages, permissions and stored answers are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction

from common import clock
from common.invariants import run_checks
from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts
from settlement.engine.result import check_line
from settlement.engine.rules import compile_rules
from settlement.models import Settlement, SettlementProblem
from tenants.models import Tenant
from tests import cast
from tests.workorders.library_company import (
    FOUNDED,
    LibraryCompany,
    found,
    hear,
    open_planned,
    priced_rules,
    publish_flow,
    publish_variant,
    turn_on,
)
from tests.workorders.library_plans import long_plan, plain_plan
from tests.workorders.library_rehearsal import rehearse
from tests.workorders.library_walking import Walk
from workorders.flow import Meaning, read_flow
from workorders.flow_library import (
    block_bodies,
    fitting_overlays,
    flow_body,
    overlays,
    recipes,
)
from workorders.models import FlowVersion, WorkOrder

CUSTOMER = 7
AFTERNOON = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[LibraryCompany]:
    """One company for all walks; what it was founded with is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        connection.set_tenant(Tenant.objects.get(schema_name=cast.ALPHA.schema))
        with clock.moved_to(FOUNDED):
            company = found()
            hear()
        yield company
        connection.set_schema_to_public()
        transaction.set_rollback(True)


@pytest.fixture
def company(founded: LibraryCompany) -> Iterator[LibraryCompany]:
    """The company; all that a walk does is undone at its end."""
    with clock.moved_to(AFTERNOON), transaction.atomic():
        yield founded
        transaction.set_rollback(True)


def was_done_before(company: LibraryCompany, version: FlowVersion) -> None:
    """The customer had the same work done a while ago."""
    plan = plain_plan(read_flow(version.body))
    Walk(company, open_planned(company, version, plan, customer=CUSTOMER), plan).to_the_end()


def settles(order: WorkOrder) -> None:
    """The order is done, and its money was divided among those who earned it, to the last fen."""
    assert order.meaning == Meaning.DONE.value
    assert list(SettlementProblem.objects.values("code", "missing")) == []
    settled = Settlement.objects.get(work_order=order, status="active")
    assert settled.paid_fen == sum(line.amount_fen for line in settled.lines.all()) > 0
    assert settled.gross_fen > 0
    broken = [each for each in run_checks(only=("I1", "I2", "I4", "I5", "I17")) if not each.ok]
    assert broken == []


def fitting():
    """Every flow with every variant made for it, and without."""
    for key in recipes():
        yield key, ""
        yield from ((key, overlay.key) for overlay in fitting_overlays(key))


def with_shortest_flow():
    """Every variant, each with the shortest of the flows it is made for."""
    lengths = {key: len(flow_body(key)["stages"]) for key in recipes()}
    shortest: dict[str, tuple[int, str]] = {}
    for key, overlay in fitting():
        length = lengths[key]
        shortest[overlay] = min(shortest.get(overlay, (length, key)), (length, key))
    return [(key, overlay) for overlay, (_length, key) in shortest.items() if overlay]


@pytest.mark.parametrize("key", recipes())
def test_a_flow_of_the_library_is_worked_through_and_settled(company, key):
    plan = long_plan(read_flow(flow_body(key)))
    version = publish_flow(company, key)
    walk = Walk(company, open_planned(company, version, plan), plan)
    settles(walk.to_the_end())
    assert tuple(walk.stages) == plan.stages


@pytest.mark.parametrize(("key", "overlay"), with_shortest_flow())
def test_an_order_a_variant_is_made_for_follows_it_to_its_end_and_is_settled(company, key, overlay):
    applies = overlays()[overlay].applies
    moment = AFTERNOON.replace(month=applies.months[0]) if applies.months else AFTERNOON
    with clock.moved_to(moment):
        base = publish_flow(company, key)
        variant = publish_variant(company, base, overlay)
        if applies.on_demand:
            turn_on(company, variant)
        plan = plain_plan(read_flow(variant.body), applies.when)
        if "rework" in plan.codes.get("mark", ()):
            was_done_before(company, base)
        order = open_planned(company, variant, plan, customer=CUSTOMER)
        assert order.flow_version == variant
        walk = Walk(company, order, plan)
        settles(walk.to_the_end())
    assert tuple(walk.stages) == plan.stages


@cache
def rules():
    """The rules of the walks' company, compiled."""
    return compile_rules(priced_rules())


def money_of(plan):
    """What a job like the plan's order comes to, computed in memory."""
    marks = plan.codes.get("mark", frozenset())
    job = JobFacts(
        done_on="2026-11-03",
        category=plan.code("category") or "空调",
        city_level="NT1",
        urgent="urgent" in marks,
        high_work="high_work" in marks,
        warehouse_direct="warehouse_direct" in marks,
        rework="rework" in marks,
        quantity=plan.numbered("quantity") // 1000,
        paid_fen=28_000,
        distance_m=12_000,
        grade="G4",
        rating_x10=48,
    )
    return settle(rules(), job)


@pytest.mark.parametrize("key", recipes())
def test_every_variant_of_a_flow_can_be_worked_through_and_settles_once(key):
    for name in ("", *(each.key for each in fitting_overlays(key))):
        body, when = flow_body(key), ()
        if name:
            overlay = overlays()[name]
            body, when = overlay.over(body, block_bodies()), overlay.applies.when
        flow = read_flow(body)
        plan = plain_plan(flow, when)
        done = rehearse(flow, plan)
        assert flow.stage(done.stages[-1]).meaning is Meaning.DONE, name
        assert tuple(done.stages) == plan.stages, name
        assert done.settled == 1, name
        lines = money_of(plan).lines
        assert sum(line.amount_fen for line in lines) == 28_000, name
        assert all(check_line(line) for line in lines), name


def test_there_are_more_than_two_hundred_combinations():
    assert sum(1 for _each in fitting()) >= 200
