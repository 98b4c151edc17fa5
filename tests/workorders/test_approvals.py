"""A way that several people must agree to moves with the last of them, and nobody counts twice."""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse

from common.errors import Conflict, Refused
from tests.factories import UserFactory
from tests.workorders.own_flows import order_with
from tests.workorders.test_simultaneous import at_once
from tests.workorders.walking import step
from workorders.models import StageApproval, WorkOrder
from workorders.services.approving import withdraw_approval
from workorders.waiting import waiting_for

TWO = {
    "op": "way", "stage": "waiting", "way": "cancel", "approvals": 2,
    "roles": ["dispatcher", "finance", "region_manager", "system"],
}  # fmt: skip
NOT_OWN = {**TWO, "add_guards": ["not_own_request"]}


@pytest.fixture
def order(world):
    return order_with(world, TWO)


@pytest.fixture
def cashier(world):
    return UserFactory(role="finance", unit=world.east)


def cancel(order, who):
    return step(order, "cancel", who, reason="客户不要了")


def test_the_order_stays_until_the_last_needed_person_agrees(world, order, cashier):
    assert cancel(order, world.dispatcher).stage == "waiting"
    assert cancel(order, cashier).stage == "cancelled"


def test_one_person_counts_once(world, order):
    cancel(order, world.dispatcher)
    with pytest.raises(Conflict) as found:
        cancel(order, world.dispatcher)
    assert found.value.code == "approval.again"
    assert StageApproval.objects.count() == 1


def test_who_left_the_company_no_longer_counts(world, order, cashier):
    cancel(order, cashier)
    cashier.is_active = False
    cashier.save()
    assert cancel(order, world.dispatcher).stage == "waiting"


def test_a_yes_can_be_taken_back_while_others_are_waited_for(world, order, cashier):
    cancel(order, cashier)
    withdraw_approval(order_id=order.pk, key="cancel", actor=cashier)
    assert cancel(order, world.dispatcher).stage == "waiting"
    with pytest.raises(Conflict) as found:
        withdraw_approval(order_id=order.pk, key="cancel", actor=cashier)
    assert found.value.code == "approval.gone"


def test_no_machine_is_one_of_several_people(order):
    with pytest.raises(Refused) as found:
        cancel(order, None)
    assert found.value.code == "approval.system"


def test_who_asked_for_it_does_not_decide_it_where_the_flow_says_so(world, cashier):
    order = order_with(world, NOT_OWN)
    order = step(order, "assign", world.dispatcher, installer=world.installer)
    order = step(order, "withdraw", world.dispatcher, reason="改期")
    with pytest.raises(Refused, match="自己"):
        cancel(order, world.dispatcher)
    assert cancel(order, cashier).stage == "waiting"


def test_an_approval_waits_in_the_list_of_those_who_may_and_have_not(world, order, cashier):
    assert [each.what for each in waiting_for(actor=cashier) if each.is_approval] == ["取消工单"]
    cancel(order, cashier)
    assert waiting_for(actor=cashier) == []
    assert len(waiting_for(actor=world.dispatcher)) == 1
    assert waiting_for(actor=world.stranger) == []


def test_the_page_says_who_agreed_and_who_is_missing(client, world, order, cashier):
    client.force_login(cashier)
    url = reverse("workorders:order-move", args=[order.number, "cancel"])
    unsure = client.post(url, {"cancel-reason": "不要了"})
    assert unsure.status_code == 422
    said = {"cancel-reason": "不要了", "cancel-agrees": "on"}
    assert client.post(url, said).status_code == 302
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "1/2" in page
    assert "move-cancel" not in page
    withdraw = reverse("workorders:approval-withdraw", args=[order.number, "cancel"])
    assert withdraw in page
    assert client.post(withdraw).status_code == 302
    assert not StageApproval.objects.exists()


@pytest.mark.commits
def test_of_three_who_agree_at_once_two_move_the_order_once(tenant, world):
    order = order_with(world, TWO)
    people = [world.dispatcher, *(UserFactory(role="finance", unit=world.east) for _n in "ab")]
    found = at_once(tenant, [lambda who=who: cancel(order, who).stage for who in people])
    assert Counter(found) == Counter({"waiting": 1, "cancelled": 1, "order.stage_changed": 1})
    assert WorkOrder.objects.get().timeline.filter(code="moved").count() == 1
