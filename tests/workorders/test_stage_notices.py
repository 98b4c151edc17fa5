"""A department learns that an order waits for it: by the bell, in the list of what waits, once a stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.outbox import drain
from tests.factories import UserFactory
from tests.workorders.own_flows import another, order_with
from tests.workorders.walking import assign, step
from workorders.models import StaffNotice
from workorders.services.stage_notices import tell_of_stage
from workorders.staff_words import notice_words
from workorders.waiting import waiting_for

BUYERS = {"op": "stage", "stage": "on_hold", "role": "outlet_manager", "department": "采购部"}


@pytest.fixture
def buyer(world):
    return UserFactory(role="outlet_manager", unit=world.east)


def held(world, *edits):
    """An order that has come into the buyers' stage."""
    order = assign(order_with(world, BUYERS, *edits), world)
    contact = clock.now() + timedelta(days=1)
    return step(order, "hold", world.dispatcher, reason="缺配件", next_contact_at=contact)


def notices(person):
    return list(StaffNotice.objects.filter(user=person, code="stage"))


def test_the_people_of_the_stages_role_are_told_by_the_bell_once_a_stay(world, buyer):
    order = held(world)
    drain(strict=True)
    [notice] = notices(buyer)
    assert "已挂起" in notice_words(notice)
    notice.seen_at = clock.now()
    notice.save()
    tell_of_stage(stay_id=order.stays.get(left_at=None).pk)
    assert len(notices(buyer)) == 1


def test_the_order_waits_in_their_list_and_in_nobody_elses(world, buyer, client):
    order = held(world)
    [waits] = waiting_for(actor=buyer)
    assert (waits.order, waits.stage, waits.department) == (order, "已挂起", "采购部")
    assert waiting_for(actor=world.dispatcher) == []
    stranger = UserFactory(role="outlet_manager", unit=world.stranger.unit)
    assert waiting_for(actor=stranger) == []
    client.force_login(buyer)
    page = client.get(reverse("workorders:task-list")).content.decode()
    assert order.number[-4:] in page


def test_an_order_that_went_on_waits_no_longer(world, buyer):
    order = held(world)
    step(order, "requeue", world.dispatcher, reason="到货")
    assert waiting_for(actor=buyer) == []


def test_stages_of_dispatchers_and_installers_tell_nobody(world):
    order_with(world)
    drain(strict=True)
    assert not StaffNotice.objects.exists()
    assert waiting_for(actor=world.dispatcher) == []


def test_a_quiet_stage_tells_nobody_and_lists_nothing(world, buyer):
    held(world, {"op": "stage", "stage": "on_hold", "quiet": True})
    drain(strict=True)
    assert notices(buyer) == []
    assert waiting_for(actor=buyer) == []


def test_who_brought_the_order_there_is_not_told(world, buyer):
    order = assign(order_with(world, BUYERS), world)
    contact = clock.now() + timedelta(days=1)
    step(order, "hold", buyer, reason="缺配件", next_contact_at=contact)
    drain(strict=True)
    assert notices(buyer) == []
    assert len(waiting_for(actor=buyer)) == 1


def test_where_nobody_has_the_role_headquarters_is_told(world):
    held(world)
    drain(strict=True)
    assert len(notices(world.admin)) == 1


def test_an_order_named_for_a_task_is_not_named_for_its_stage_besides(world, buyer):
    task = {"key": "buy", "name": "下采购单", "role": "outlet_manager"}
    held(world, {"op": "task", "stage": "on_hold", "task": task})
    assert [each.what for each in waiting_for(actor=buyer)] == ["下采购单"]


def test_the_list_takes_as_many_queries_for_five_orders_as_for_one(
    world, buyer, django_assert_max_num_queries
):
    held(world)
    with django_assert_max_num_queries(12) as one:
        waiting_for(actor=buyer)
    for _n in range(4):
        contact = clock.now() + timedelta(days=1)
        step(
            assign(another(world), world),
            "hold",
            world.dispatcher,
            reason="缺",
            next_contact_at=contact,
        )
    with django_assert_max_num_queries(len(one)):
        assert len(waiting_for(actor=buyer)) == 5
