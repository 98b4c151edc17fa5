"""An installer's day, the numbers of a day, and the time a stage may take."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from common import clock
from tests.workorders.walking import assign, step
from tests.workorders.world import open_order, shop_order
from workorders.flow import Meaning, Stage
from workorders.flow_versions import presets
from workorders.handlers import publish_changed_presets
from workorders.listing import OrderQuery, order_page
from workorders.models import FlowVersion, WorkOrder
from workorders.selectors import (
    installer_day,
    recorded_facts,
    unassigned_work_orders,
    work_order_for_installer,
)
from workorders.services.choosing import flow_version_for
from workorders.services.flows import ensure_presets, presets_are_behind
from workorders.services.site_facts import record_fact
from workorders.sla import due_at, time_left

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def at(day, hour):
    start = datetime(2026, 11, day, hour - 8, tzinfo=UTC)
    return start, start + timedelta(hours=2)


def test_a_day_holds_what_is_due_by_its_end_and_nothing_of_others(world):
    with clock.moved_to(NOON):
        orders = [open_order(world, shop_order(number=f"E{n}")) for n in range(4)]
        for order in orders[:3]:
            step(assign(order, world), "accept", world.installer.user)
        assign(orders[3], world, world.other_installer)
        step(orders[0], "book", world.installer.user, appointment=at(2, 15))
        step(orders[1], "book", world.installer.user, appointment=at(3, 9))
    day = [o.pk for o in installer_day(installer=world.installer, day=NOON.date())]
    assert day == [orders[0].pk, orders[2].pk]
    assert work_order_for_installer(installer=world.installer, number=orders[3].number) is None


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2026, 11, 2, 15, 59, tzinfo=UTC), "WO-20261102-0001"),
        (datetime(2026, 11, 2, 16, 0, tzinfo=UTC), "WO-20261103-0001"),
    ],
)
def test_numbers_count_the_chinese_calendar_day(world, moment, number):
    with clock.moved_to(moment):
        assert open_order(world).number == number


@pytest.mark.parametrize("typed", [date(1, 1, 1), date(9999, 12, 31)])
def test_no_typed_day_breaks_a_list(world, typed):
    query = OrderQuery(since=typed, until=typed)
    assert order_page(actor=world.dispatcher, query=query).rows == []


def test_the_most_pressing_waits_first(world):
    with clock.moved_to(NOON):
        old, new = (open_order(world, shop_order(number=f"E{n}")) for n in range(2))
    WorkOrder.objects.filter(pk=new.pk).update(urgent=True)
    waiting = unassigned_work_orders(actor=world.dispatcher)
    assert [order.pk for order in waiting] == [new.pk, old.pk]


@pytest.mark.parametrize(
    ("minutes", "passed", "left", "tone"),
    [(60, 0, 60, "ok"), (60, 50, 10, "warn"), (60, 61, -1, "bad")],
)
def test_time_left_warns_in_the_last_quarter(world, minutes, passed, left, tone):
    with clock.moved_to(NOON):
        order = open_order(world)
    found = time_left(order, NOON + timedelta(minutes=passed))
    assert found is not None
    assert (found.minutes, found.tone, found.is_overdue) == (left, tone, left < 0)


def test_a_stage_without_a_limit_is_never_due():
    stage = Stage("x", "x", Meaning.DONE)
    assert due_at(stage, NOON) is None
    assert due_at(stage, NOON, NOON + timedelta(hours=1)) == NOON + timedelta(hours=1)


def test_of_two_facts_of_one_kind_the_later_observed_counts(world):
    with clock.moved_to(NOON):
        order = open_order(world)
    for hour, value in ((3, "no"), (2, "yes")):
        record_fact(
            order_id=order.pk,
            kind="rain",
            value=value,
            source="气象台",
            observed_at=NOON.replace(hour=hour),
            actor=None,
        )
    assert recorded_facts(order) == {"rain": False}


def test_a_preset_is_published_once_and_a_changed_one_as_a_new_version(world, monkeypatch):
    ensure_presets()
    assert ensure_presets() == []
    before = FlowVersion.objects.count()
    changed = dict(FlowVersion.objects.filter(key="repair").latest("number").body)
    changed["name"] = "维修流程（新）"
    monkeypatch.setattr("workorders.services.flows.presets", lambda: {"repair": changed})
    assert presets_are_behind()
    publish_changed_presets()
    assert not presets_are_behind()
    assert FlowVersion.objects.count() == before + 1
    assert flow_version_for("repair", {}, NOON.date()).number == 2


def test_no_preset_replaces_a_flow_that_somebody_of_the_company_published(world, monkeypatch):
    ensure_presets()
    own = FlowVersion.objects.get(key="repair", variant="")
    own.pk, own.number, own.published_by = None, 2, world.admin
    own.body = own.body | {"name": "本公司维修流程"}
    own.save(force_insert=True)
    changed = presets()["repair"] | {"name": "维修流程（新）"}
    monkeypatch.setattr("workorders.services.flows.presets", lambda: {"repair": changed})
    assert not presets_are_behind()
    assert ensure_presets() == []
    assert flow_version_for("repair", {}, NOON.date()).pk == own.pk
