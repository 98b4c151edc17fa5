"""Departments work beside each other: each does its task once, in its time, by its own role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from tests.factories import UserFactory
from tests.workorders.flow_pages import browser
from tests.workorders.own_flows import another, order_with
from tests.workorders.test_simultaneous import at_once
from tests.workorders.walking import assign, step
from workorders.models import FormAnswers, StageTask
from workorders.services.filling import fill_form
from workorders.services.tasks import finish_task, reopen_task
from workorders.waiting import waiting_for

PARTS = {"key": "parts", "name": "备料", "role": "outlet_manager", "department": "备件库",
         "sla_minutes": 60}  # fmt: skip
MONEY = {"key": "money", "name": "核款", "role": "finance", "form": "paid"}
CRANE = {"key": "crane", "name": "租吊车", "role": "outlet_manager",
         "when": [{"fact": "channel", "any_of": ["tmall"]}]}  # fmt: skip
PAID = {
    "key": "paid",
    "name": "收款单",
    "fields": [
        {"key": "sum", "label": "金额", "kind": "number", "required": True},
        {"key": "rest", "label": "余款", "kind": "text"},
    ],
}
EDITS = (
    {"op": "form", "form": PAID},
    *({"op": "task", "stage": "waiting", "task": task} for task in (PARTS, MONEY, CRANE)),
)


@pytest.fixture
def order(world):
    return order_with(world, *EDITS)


@pytest.fixture
def keeper(world):
    return UserFactory(role="outlet_manager", unit=world.suzhou.parent)


@pytest.fixture
def cashier(world):
    return UserFactory(role="finance", unit=world.east)


def task_of(order, key):
    return StageTask.objects.get(work_order=order, key=key)


def test_entering_a_stage_brings_its_tasks_with_their_time(order):
    tasks = {task.key: task for task in order.tasks.all()}
    assert set(tasks) == {"parts", "money"}
    assert tasks["parts"].due_at == order.stage_since + timedelta(minutes=60)
    assert tasks["money"].due_at is None


def test_a_task_comes_only_where_its_conditions_hold(order, world):
    other = another(world, platform="tmall")
    assert not order.tasks.filter(key="crane").exists()
    assert set(other.tasks.values_list("key", flat=True)) == {"parts", "money", "crane"}


def test_the_order_waits_for_all_departments(world, order, keeper, cashier):
    finish_task(order_id=order.pk, task_id=task_of(order, "parts").pk, actor=keeper)
    with pytest.raises(Refused, match="核款"):
        assign(order, world)
    money = task_of(order, "money")
    fill_form(
        order_id=order.pk, form_key="paid", given={"sum": "80"}, actor=cashier, task_id=money.pk
    )
    finish_task(order_id=order.pk, task_id=money.pk, actor=cashier)
    assert assign(order, world).stage == "assigned"


def test_a_task_with_a_form_is_done_with_its_form(order, cashier):
    money = task_of(order, "money")
    with pytest.raises(Refused) as found:
        finish_task(order_id=order.pk, task_id=money.pk, actor=cashier)
    assert found.value.code == "task.form"


def test_another_role_cannot_do_the_task_and_headquarters_can(world, order, keeper):
    parts = task_of(order, "parts")
    with pytest.raises(Refused) as found:
        finish_task(order_id=order.pk, task_id=parts.pk, actor=world.dispatcher)
    assert found.value.code == "task.role"
    done = finish_task(order_id=order.pk, task_id=parts.pk, actor=world.admin, note="够了")
    assert (done.done_by, done.note) == (world.admin, "够了")


def test_who_comes_second_reads_who_was_faster(world, order, keeper):
    parts = task_of(order, "parts")
    finish_task(order_id=order.pk, task_id=parts.pk, actor=keeper)
    with pytest.raises(Conflict, match=keeper.display_name):
        finish_task(order_id=order.pk, task_id=parts.pk, actor=world.admin)


def test_a_task_is_taken_up_again_only_while_the_order_stands_in_its_stage(world, order, keeper):
    parts = task_of(order, "parts")
    finish_task(order_id=order.pk, task_id=parts.pk, actor=keeper)
    assert reopen_task(order_id=order.pk, task_id=parts.pk, actor=keeper).done_at is None
    step(order, "cancel", world.dispatcher, reason="不要了")
    with pytest.raises(Refused) as found:
        finish_task(order_id=order.pk, task_id=parts.pk, actor=keeper)
    assert found.value.code == "order.closed"


def test_what_waits_for_a_role_nobody_has_comes_to_headquarters(world, order, cashier):
    admin = world.admin
    assert [(each.what, each.unheld) for each in waiting_for(actor=admin)] == [
        ("备料", "outlet_manager")
    ]
    page = browser(admin).get("/orders/tasks/").content.decode()
    assert "无人担任网点经理" in page
    keeper = UserFactory(role="outlet_manager", unit=world.suzhou.parent)
    assert waiting_for(actor=admin) == []
    keeper.is_active = False
    keeper.save()
    cashier.is_active = False
    cashier.save()
    assert {each.what for each in waiting_for(actor=admin)} == {"备料", "核款"}
    assert waiting_for(actor=world.dispatcher) == []


def test_my_tasks_are_those_of_my_role_in_my_region(world, order, keeper, cashier):
    far = UserFactory(role="outlet_manager", unit=world.stranger.unit)
    assert [each.what for each in waiting_for(actor=keeper)] == ["备料"]
    assert [each.what for each in waiting_for(actor=cashier)] == ["核款"]
    assert waiting_for(actor=far) == []
    finish_task(order_id=order.pk, task_id=task_of(order, "parts").pk, actor=keeper)
    assert waiting_for(actor=keeper) == []


def test_the_page_shows_the_departments_and_does_a_task_with_its_form(client, order, cashier):
    client.force_login(cashier)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "备件库" in page
    assert 'name="paid-sum"' in page
    money = task_of(order, "money")
    url = reverse("workorders:task-finish", args=[order.number, money.pk])
    wrong = client.post(url, {"paid-sum": "", "paid-rest": "二十"})
    assert wrong.status_code == 422
    assert "二十" in wrong.content.decode()
    assert client.post(url, {"paid-sum": "80", "note": "现金"}).status_code == 302
    money.refresh_from_db()
    assert (money.done_by, money.note) == (cashier, "现金")
    assert FormAnswers.objects.get(task=money).values["sum"] == 80_000
    listed = client.get(reverse("workorders:task-list")).content.decode()
    assert order.number not in listed


@pytest.mark.commits
def test_of_two_people_who_do_one_task_at_once_one_wins(tenant, world):
    order = order_with(world, *EDITS)
    keeper = UserFactory(role="outlet_manager", unit=world.east)
    parts = task_of(order, "parts")
    found = at_once(
        tenant,
        [
            lambda who=who: finish_task(order_id=order.pk, task_id=parts.pk, actor=who).done_by
            for who in (keeper, world.admin)
        ],
    )
    parts.refresh_from_db()
    assert sorted(map(str, found)) == sorted([str(parts.done_by), "task.done"])
    assert clock.now() >= parts.done_at
