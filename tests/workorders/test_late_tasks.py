"""A department late with its task is told, counted and reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict
from tests.factories import UserFactory
from tests.workorders.own_flows import order_with
from tests.workorders.walking import assign
from workorders.bottlenecks import BottleneckQuery
from workorders.late_rows import late_rows, nudged_today
from workorders.models import StaffNotice, TimelineEvent
from workorders.services.nudging import nudge
from workorders.services.overdue import delays_are_unnoticed, notice_delays
from workorders.services.tasks import finish_task, reopen_task
from workorders.staff_words import notice_words
from workorders.task_loads import task_loads

PARTS = {"key": "k" * 24, "name": "备料", "role": "outlet_manager", "department": "备件库",
         "sla_minutes": 10}  # fmt: skip
MONEY = {"key": "money", "name": "核款", "role": "finance"}


@pytest.fixture
def order(world):
    return order_with(
        world, *({"op": "task", "stage": "waiting", "task": t} for t in (PARTS, MONEY))
    )


@pytest.fixture
def keeper(world):
    return UserFactory(role="outlet_manager", unit=world.suzhou.parent, display_name="库管")


@pytest.fixture
def cashier(world):
    return UserFactory(role="finance", unit=world.east, display_name="会计")


def after(order, minutes):
    return clock.moved_to(order.stage_since + timedelta(minutes=minutes))


def finish(order, name, actor):
    finish_task(order_id=order.pk, task_id=order.tasks.get(name=name).pk, actor=actor)


def test_a_task_over_its_time_is_told_to_its_department_once(order, keeper, cashier):
    with after(order, 9):
        assert (delays_are_unnoticed(), notice_delays()) == (False, 0)
    with after(order, 11):
        assert delays_are_unnoticed()
        assert [notice_delays(), notice_delays()] == [1, 0]
        assert not delays_are_unnoticed()
    [notice] = StaffNotice.objects.filter(code="task_overdue")
    assert notice.user == keeper
    assert "备料" in notice_words(notice)
    assert TimelineEvent.objects.filter(work_order=order, code="task_overdue").count() == 1


def test_a_task_done_in_time_is_not_told_and_one_taken_up_again_is(order, keeper):
    finish(order, "备料", keeper)
    with after(order, 11):
        assert notice_delays() == 0
        reopen_task(order_id=order.pk, task_id=order.tasks.get(name="备料").pk, actor=keeper)
        assert notice_delays() == 1


def test_a_late_task_and_a_late_stage_are_told_each(order, keeper, world):
    with after(order, 24 * 60):
        assert notice_delays() == 2
    codes = set(StaffNotice.objects.values_list("code", flat=True))
    assert {"overdue", "task_overdue"} <= codes


def test_undone_tasks_are_counted_by_department_with_the_one_late_for_longest(world, order, client):
    with after(order, 15):
        parts, money = task_loads(actor=world.admin, query=BottleneckQuery())
        assert (parts.department, parts.tasks, parts.late, parts.over_min) == ("备件库", 1, 1, 5)
        assert (money.tasks, money.late, money.longest) == (1, 0, None)
        assert task_loads(actor=world.stranger, query=BottleneckQuery()) == []
        client.force_login(world.admin)
        page = client.get(reverse("workorders:bottleneck-list")).content.decode()
    assert "备件库" in page
    assert order.number in page


def test_who_has_an_undone_task_is_reminded_and_named_who_has_done_theirs_is_not(
    world, order, keeper, cashier
):
    finish(order, "核款", cashier)
    [row] = late_rows([order])
    assert "库管" in row.holder
    assert "会计" not in row.holder
    people = nudge(order_id=order.pk, actor=world.admin)
    assert keeper in people
    assert world.dispatcher in people
    assert cashier not in people


def test_an_order_that_moved_on_can_be_reminded_of_again_the_same_day(
    world, order, keeper, cashier
):
    with after(order, 1):
        nudge(order_id=order.pk, actor=world.admin)
        with pytest.raises(Conflict):
            nudge(order_id=order.pk, actor=world.admin)
    with after(order, 2):
        finish(order, "备料", keeper)
        finish(order, "核款", cashier)
        order = assign(order, world)
        assert not nudged_today([order])
        assert nudge(order_id=order.pk, actor=world.admin) == [world.installer.user]
        assert nudged_today([order]) == {order.pk}
