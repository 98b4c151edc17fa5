"""A way that several people must agree to moves with the last of them, and nobody counts twice."""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse

from common.errors import Conflict, Refused
from tests.factories import UserFactory
from tests.workorders.own_flows import another, order_with
from tests.workorders.test_simultaneous import at_once
from tests.workorders.walking import step
from workorders.approvals import approvals_of
from workorders.models import StaffNotice, StageApproval, WorkOrder
from workorders.services.approving import withdraw_approval
from workorders.services.filling import fill_form
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


FORM = {
    "key": "why",
    "name": "退款申请",
    "fields": [{"key": "sum", "label": "金额", "kind": "number", "unit": "元", "required": True}],
}
ASKS_FORM = {"op": "form", "form": FORM, "stage": "waiting"}
PRICED = {**TWO, "asks": ["reason", "quote"]}


def fill(order, who, amount):
    return fill_form(order_id=order.pk, form_key="why", given={"sum": amount}, actor=who)


def test_answers_changed_after_a_yes_void_it_and_tell_whoever_gave_it(world, cashier):
    order = order_with(world, ASKS_FORM, TWO)
    fill(order, world.dispatcher, "500")
    cancel(order, cashier)
    fill(order, world.dispatcher, "5000")
    assert not StageApproval.objects.exists()
    told = StaffNotice.objects.get(user=cashier, code="approval_void")
    assert told.params == {"way": "取消工单"}
    assert order.timeline.filter(code="agreement_void").exists()
    assert cancel(order, world.dispatcher).stage == "waiting"
    assert cancel(order, cashier).stage == "cancelled"


def test_answers_given_again_as_they_were_void_nothing(world, cashier):
    order = order_with(world, ASKS_FORM, TWO)
    fill(order, world.dispatcher, "500")
    cancel(order, cashier)
    fill(order, world.dispatcher, "500")
    assert cancel(order, world.dispatcher).stage == "cancelled"


def test_two_who_agree_to_two_amounts_are_refused_with_both(world, cashier):
    order = order_with(world, PRICED)
    cancel_for(order, cashier, 50_000)
    with pytest.raises(Conflict) as found:
        cancel_for(order, world.dispatcher, 5_000)
    assert found.value.code == "approval.differs"
    assert "¥500.00" in found.value.sentence
    assert "¥50.00" in found.value.sentence
    assert cancel_for(order, world.dispatcher, 50_000).stage == "cancelled"


def cancel_for(order, who, quote_fen):
    return step(order, "cancel", who, reason="不要了", quote_fen=quote_fen)


def test_the_page_shows_with_which_amount_somebody_agreed(client, world, cashier):
    order = order_with(world, PRICED)
    cancel_for(order, cashier, 50_000)
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "¥500.00" in page


def test_only_ways_open_to_the_order_wait_for_a_yes_and_each_of_them(world, cashier):
    """Two ways leave the stage: one is for orders with a tag alone."""
    second = {
        "key": "give_up", "name": "放弃服务", "from": ["waiting"], "to": "cancelled",
        "roles": ["finance", "dispatcher"], "approvals": 2, "guards": ["has_reason"],
        "asks": ["reason"], "when": [{"fact": "tag", "any_of": ["VIP"]}],
    }  # fmt: skip
    order = order_with(world, TWO, {"op": "add_way", "way": second})
    assert [each.what for each in waiting_for(actor=cashier)] == ["取消工单"]
    order.tags = ["VIP"]
    order.save()
    assert {each.what for each in waiting_for(actor=cashier)} == {"取消工单", "放弃服务"}
    cancel(order, cashier)
    assert [each.what for each in waiting_for(actor=cashier)] == ["放弃服务"]


VIP_ONLY = {
    "key": "give_up", "name": "放弃服务", "from": ["waiting"], "to": "cancelled",
    "roles": ["finance", "dispatcher"], "approvals": 2, "guards": ["has_reason"],
    "asks": ["reason"], "when": [{"fact": "tag", "any_of": ["VIP"]}],
}  # fmt: skip


def numbers(who):
    return [each.order.number for each in waiting_for(actor=who) if each.is_approval]


def test_what_was_agreed_to_takes_no_place_of_what_still_waits(world, order, cashier, monkeypatch):
    monkeypatch.setattr("workorders.waiting.MOST", 2)
    orders = [order, *(another(world) for _n in "abc")]
    for each in orders[:3]:
        cancel(each, cashier)
    assert numbers(cashier) == [orders[3].number]


def test_ways_that_are_closed_to_an_order_take_no_place_either(world, cashier, monkeypatch):
    monkeypatch.setattr("workorders.waiting.MOST", 2)
    first = order_with(world, {"op": "add_way", "way": VIP_ONLY})
    orders = [first, *(another(world) for _n in "abcd")]
    WorkOrder.objects.filter(pk=orders[4].pk).update(tags=["VIP"])
    assert numbers(cashier) == [orders[4].number]


def test_a_yes_from_before_they_were_bound_is_neither_voided_nor_held_against_anybody(
    world, cashier
):
    order = order_with(world, ASKS_FORM, PRICED)
    cancel_for(order, cashier, 50_000)
    StageApproval.objects.update(mark="", values={})
    fill(order, world.dispatcher, "500")
    assert StageApproval.objects.filter(user=cashier).exists()
    assert not StaffNotice.objects.filter(code="approval_void").exists()
    assert cancel_for(order, world.dispatcher, 50_000).stage == "cancelled"


def test_however_many_agreed_their_words_cost_one_query(
    world, order, cashier, django_assert_num_queries
):
    stay = order.stays.get(left_at=None)
    for who in (world.dispatcher, cashier, UserFactory(role="finance", unit=world.east)):
        said = {"installer": str(world.installer.pk)}
        StageApproval.objects.create(
            stay=stay, way="cancel", user=who, values=said, mark="x", at=order.created_at
        )
    approvals_of(order, reader=cashier)  # reads the flow
    with django_assert_num_queries(2):
        [view] = approvals_of(order, reader=cashier)
    assert {each.words for each in view.given} == {world.installer.user.display_name}
