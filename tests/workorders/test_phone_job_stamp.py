"""An open visit hears of what others decided, and not of what was entered on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.models import Material
from common import clock
from tests.workorders.walking import arrive, assign, prove, step
from tests.workorders.world import open_order, tomorrow
from workorders.models import ExpectedMaterial, ExtraCharge, WorkOrder
from workorders.phone_jobs import order_stamp


@pytest.fixture
def order(world):
    return assign(open_order(world), world)


def charge(order):
    return ExtraCharge.objects.create(
        work_order=order,
        code="floor",
        amount_fen=2_000,
        bearer="customer",
        reason="五楼无电梯",
        state=ExtraCharge.State.UNCONFIRMED,
        installer_bp=0,
        made_by=order.installer.user,
        made_at=clock.now(),
    )


def fresh_stamp(order):
    return order_stamp(WorkOrder.objects.get(pk=order.pk))


def test_the_answer_to_a_charge_is_news(world, order):
    asked = charge(order)
    before = fresh_stamp(order)
    ExtraCharge.objects.filter(pk=asked.pk).update(state=ExtraCharge.State.CONFIRMED)
    assert fresh_stamp(order) != before


def test_another_end_of_the_window_is_news(world, order):
    start, end = tomorrow()
    WorkOrder.objects.filter(pk=order.pk).update(window_starts_at=start, window_ends_at=end)
    before = fresh_stamp(order)
    WorkOrder.objects.filter(pk=order.pk).update(window_ends_at=end + timedelta(hours=1))
    assert fresh_stamp(order) != before


def test_a_material_a_trigger_planned_is_news(world, order):
    before = fresh_stamp(order)
    ExpectedMaterial.objects.create(
        work_order=order,
        material=Material.objects.get(pk=world.pipe.pk),
        quantity_milli=1_000,
        reason="天气",
    )
    assert fresh_stamp(order) != before


def test_a_finished_visit_asks_for_news_while_a_charge_is_open(world, client):
    done = arrive(open_order(world), world)
    prove(done, world)
    asked = charge(done)
    done = step(done, "complete", world.installer.user)
    client.force_login(world.installer.user)
    address = f"/m/today/{done.number}/"
    assert 'id="x-news"' in client.get(address).content.decode()
    ExtraCharge.objects.filter(pk=asked.pk).update(state=ExtraCharge.State.CANCELLED)
    assert 'id="x-news"' not in client.get(address).content.decode()
