"""What could not be finished goes on with an order of its own, and what is planned stands beside what was."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from tests.factories import InstallerFactory
from tests.workorders.walking import arrive, assign, step
from tests.workorders.world import open_order, photo, signature
from workorders.guards import body_of
from workorders.local_item import local_item
from workorders.models import WorkOrder
from workorders.phone_jobs import order_stamp
from workorders.phone_materials import material_lines
from workorders.services.crew import add_helper
from workorders.services.evidence import mark_step
from workorders.services.follow_on import go_on_with_another
from workorders.services.photos import add_photo
from workorders.services.signatures import add_signature
from workorders.stage_times import stage_times


@pytest.fixture
def order(world):
    order = arrive(open_order(world), world)
    mark_step(order_id=order.pk, seq=1, actor=world.installer.user)
    return order


def go_on(order, world, *steps, reason="缺铜管", part=None):
    return go_on_with_another(
        order_id=order.pk, steps=steps, reason=reason, actor=world.dispatcher, part=part
    )


def test_the_steps_left_are_another_orders_and_this_one_is_completed_without_them(world, order):
    made = go_on(order, world, 2, 3, part=(world.pipe, 2_000))
    assert [each.seq for each in body_of(made).steps] == [2, 3]
    assert made.comes_from == order
    lines = {line.name: line.planned for line in material_lines(made, local_item(made))}
    assert lines["铜管"] == "5"
    me = world.installer.user
    add_photo(order_id=order.pk, upload=photo(10), actor=me, seq=1, label="铭牌照")
    add_signature(order_id=order.pk, upload=signature(), actor=me)
    order = step(WorkOrder.objects.get(pk=order.pk), "complete", me)
    assert order.stage == "in_review"
    assert (made.suspected_rework_of, made.rework_of, made.paid_fen) == (None, None, 0)


@pytest.mark.parametrize(
    ("steps", "reason", "code"),
    [
        ((), "缺件", "follow_on.nothing"),
        ((1,), "缺件", "follow_on.done"),
        ((2,), "", "follow_on.reason"),
        ((9,), "缺件", "follow_on.nothing"),
    ],
)
def test_what_makes_no_sense_is_refused(world, order, steps, reason, code):
    with pytest.raises(Refused) as found:
        go_on(order, world, *steps, reason=reason)
    assert found.value.code == code


def test_nothing_begun_and_nothing_left_are_refused(world):
    waiting = open_order(world)
    with pytest.raises(Refused) as found:
        go_on(waiting, world, 2)
    assert found.value.code == "follow_on.stage"
    order = arrive(waiting, world)
    with pytest.raises(Refused) as found:
        go_on(order, world, 1, 2, 3)
    assert found.value.code == "follow_on.all"


def leave(client, order, **fields):
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    address = reverse("workorders-phone:job-leave", args=[order.number])
    return client.post(address, fields, headers=headers)


def test_the_installer_leaves_steps_from_the_phone_with_reason_part_and_photo(world, order, client):
    client.force_login(world.installer.user)
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert reverse("workorders-phone:job-leave", args=[order.number]) in page
    before = order_stamp(order)
    said = {"steps": [2, 3], "reason": "缺货", "more": "铜管", "material": world.pipe.pk}
    answer = leave(client, order, photo=photo(33), quantity="2", **said)
    assert answer.status_code == 200
    made = order.brings.get()
    assert [each.seq for each in body_of(made).steps] == [2, 3]
    assert made.expected_materials.get().quantity_milli == 2_000
    assert order.evidence.get().file
    assert made.timeline.filter(params__text="缺货，铜管").exists()
    assert before != answer.json()["stamp"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"steps": [2], "reason": "缺件"}, "follow_on.photo"),
        ({"steps": [2]}, "follow_on.reason"),
        ({"reason": "缺件"}, "follow_on.nothing"),
        ({"steps": [1], "reason": "缺件"}, "follow_on.done"),
        ({"steps": [2], "reason": "缺件", "quantity": "0"}, "material.quantity"),
    ],
)
def test_the_phone_is_told_what_is_missing(world, order, client, fields, code):
    client.force_login(world.installer.user)
    more = {} if code == "follow_on.photo" else {"photo": photo(33)}
    if code == "material.quantity":
        more["material"] = world.pipe.pk
    answer = leave(client, order, **fields, **more)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert not order.brings.exists()
    assert not order.evidence.exists()


def test_who_helps_leaves_nothing_and_sees_no_form_for_it(world, order, client):
    helper = InstallerFactory(outlet=world.installer.outlet)
    add_helper(order_id=order.pk, installer=helper, actor=world.dispatcher)
    client.force_login(helper.user)
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert "x-left" not in page
    answer = leave(client, order, steps=[2], reason="缺件", photo=photo(33))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "order.not_yours")


def test_the_desk_opens_it_and_both_orders_name_each_other(world, order, client):
    client.force_login(world.dispatcher)
    url = reverse("workorders:follow-on", args=[order.number])
    assert (
        url in client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    )
    wrong = client.post(url, {"left-why": "缺铜管"})
    assert wrong.status_code == 422
    assert "缺铜管" in wrong.content.decode()
    assert client.post(url, {"left-why": "缺铜管", "left-steps": ["2", "3"]}).status_code == 302
    made = order.brings.get()
    for one, other in ((order, made), (made, order)):
        page = client.get(reverse("workorders:order-detail", args=[one.number])).content.decode()
        assert reverse("workorders:order-detail", args=[other.number]) in page


def test_planned_and_actual_times_stand_beside_each_other(world):
    order = open_order(world)
    due = order.due_at
    with clock.moved_to(due + timedelta(minutes=30)):
        order = assign(order, world)
        rows = stage_times(order)
    first, now, *ahead = rows
    assert (first.due_at, first.left_at, first.is_late) == (due, order.stage_since, True)
    assert first.taken_min == first.planned_min + 30
    assert now.is_now
    assert [row.entered_at for row in ahead] == [None] * len(ahead)
    assert [row.name for row in ahead][-1] != "已完成"
    dues = [row.due_at for row in ahead if row.due_at]
    assert dues == sorted(dues)
