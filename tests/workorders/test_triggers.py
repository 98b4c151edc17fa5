"""A flow's triggers: each acts once in a stay, after the commit, and what fails is seen and tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from common.outbox import drain
from tests.factories import UserFactory
from tests.workorders.own_flows import edited, order_with, publish
from tests.workorders.walking import arrive, assign, step
from workorders.handlers import notice_what_is_late, retry_failed_actions
from workorders.local_item import local_item
from workorders.models import CustomerQuestion, FiredAction, FiredTrigger, StaffNotice, WorkOrder
from workorders.phone_materials import material_lines
from workorders.question_links import question_rows, question_token
from workorders.services.asking import answer_question
from workorders.services.fired_actions import fail_action, retry_action
from workorders.services.overdue import notice_delays
from workorders.staff_words import notice_words


def when(on, *actions, stage="accepted", key="t", **more):
    trigger = {"key": key, "on": on, "stage": stage, "do": list(actions), **more}
    return {"op": "trigger", "trigger": trigger}


def tag(name):
    return {"action": "add_tag", "tag": name}


def accepted(world, *edits):
    order = assign(order_with(world, *edits), world)
    return step(order, "accept", world.installer.user)


def again(order):
    return WorkOrder.objects.get(pk=order.pk)


@pytest.mark.parametrize(("on", "stage"), [("entered", "accepted"), ("left", "assigned")])
def test_a_trigger_acts_when_its_stage_is_entered_or_left(world, on, stage):
    order = accepted(world, when(on, tag("急"), stage=stage))
    assert again(order).tags == []
    drain(strict=True)
    assert again(order).tags == ["急"]
    assert FiredAction.objects.get().state == "done"
    assert order.timeline.filter(code="tag_added").count() == 1


def test_a_trigger_of_the_first_stage_acts_for_a_new_order(world):
    order = order_with(world, when("entered", tag("新"), stage="waiting"))
    drain(strict=True)
    assert again(order).tags == ["新"]


def test_a_trigger_acts_once_in_a_stay_and_again_in_the_next(world):
    order = accepted(world, when("entered", tag("急")))
    me = world.installer.user
    start = clock.now() + timedelta(days=1)
    step(order, "book", me, appointment=(start, start + timedelta(hours=2)))
    assert FiredTrigger.objects.count() == 1
    step(order, "withdraw", world.dispatcher, reason="改期")
    step(assign(order, world), "accept", me)
    assert FiredTrigger.objects.count() == 2


def test_conditions_are_judged_when_it_happens(world):
    only = [{"fact": "tag", "any_of": ["没有"]}]
    accepted(world, when("entered", tag("急"), when=only))
    assert not FiredTrigger.objects.exists()


def test_being_late_is_noticed_once_told_and_fires(world):
    manager = UserFactory(role="dispatcher", unit=world.suzhou.parent)
    order = order_with(world, when("overdue", tag("超时"), stage="waiting"))
    with clock.moved_to(order.due_at + timedelta(seconds=1)):
        notice_what_is_late()
        assert notice_delays() == 0
        drain(strict=True)
    assert again(order).tags == ["超时"]
    told = StaffNotice.objects.filter(code="overdue")
    assert manager.pk in told.values_list("user", flat=True)
    assert world.stranger.pk not in told.values_list("user", flat=True)


def test_people_of_a_role_are_told_where_the_order_is(world):
    manager = UserFactory(role="region_manager", unit=world.east)
    far = UserFactory(role="region_manager", unit=world.stranger.unit)
    said = {"action": "notify", "to": "region_manager", "text": "工单 {number} 请看"}
    order = accepted(world, when("entered", said))
    drain(strict=True)
    [notice] = StaffNotice.objects.filter(user=manager)
    assert notice_words(notice) == f"工单 {order.number} 请看"
    assert not StaffNotice.objects.filter(user=far).exists()


def test_the_installer_reads_on_the_phone_what_a_flow_says(world, client):
    said = {"action": "notify", "to": "installer", "text": "带防雨布"}
    accepted(world, when("entered", said))
    drain(strict=True)
    client.force_login(world.installer.user)
    assert "带防雨布" in client.get(reverse("workorders-phone:today")).content.decode()
    notice = StaffNotice.objects.get(user=world.installer.user)
    client.post(reverse("workorders:staff-notice-seen", args=[notice.pk]))
    assert "带防雨布" not in client.get(reverse("workorders-phone:today")).content.decode()


def test_a_material_is_planned_for_the_installer(world):
    added = {"action": "attach_material", "material": "T-PIPE", "quantity": "1.5"}
    order = accepted(world, when("entered", added))
    before = {line.name: line.planned for line in material_lines(order, local_item(order))}
    drain(strict=True)
    after = {line.name: line.planned for line in material_lines(order, local_item(order))}
    assert (before["铜管"], after["铜管"]) == ("3", "4.5")


def test_another_order_is_opened_at_the_same_site_and_linked(world):
    more = {"action": "create_order", "item": "T-FIX", "note": "整改"}
    order = accepted(world, when("entered", more))
    drain(strict=True)
    made = order.brings.get()
    assert (made.address, made.customer, made.sold_by) == (
        order.address, order.customer, order.sold_by,
    )  # fmt: skip
    assert made.item_version.item == world.repair
    assert (made.paid_fen, made.rework_of, made.suspected_rework_of) == (0, None, None)


def test_orders_that_bring_orders_come_to_an_end(world):
    more = {"action": "create_order", "item": "T-AC"}
    order_with(world, when("entered", more, stage="waiting"))
    drain(strict=True)
    assert WorkOrder.objects.count() == 4
    [failed] = FiredAction.objects.filter(state="failed")
    assert failed.result
    assert failed.work_order.timeline.filter(code="action_failed").count() == 1


def test_what_fails_leaves_the_move_and_the_other_actions_as_they_are(world):
    wrong = {"action": "attach_material", "material": "NOTHING", "quantity": "1"}
    order = accepted(world, when("entered", wrong, tag("急")))
    drain(strict=True)
    order = again(order)
    assert (order.stage, order.tags) == ("accepted", ["急"])
    failed = FiredAction.objects.get(state="failed")
    assert "NOTHING" in failed.result


def test_a_person_tries_again_what_failed_and_nothing_else(world, client):
    wrong = {"action": "attach_material", "material": "T-NEW", "quantity": "1"}
    order = accepted(world, when("entered", wrong, tag("急")))
    drain(strict=True)
    failed = FiredAction.objects.get(state="failed")
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    retry = reverse("workorders:action-retry", args=[order.number, failed.pk])
    assert retry in page
    world.pipe.pk, world.pipe.code = None, "T-NEW"
    world.pipe.save()
    assert client.post(retry).status_code == 302
    drain(strict=True)
    failed.refresh_from_db()
    assert failed.state == "done"
    with pytest.raises(Conflict):
        retry_action(order_id=order.pk, action_id=failed.pk, actor=world.dispatcher)


def test_what_failed_by_chance_is_tried_again_by_itself(world):
    order = accepted(world, when("entered", tag("急")))
    action = FiredAction.objects.get()
    fail_action(action_id=action.pk, reason="away", again=True)
    retry_failed_actions()
    with clock.moved_to(clock.now() + timedelta(minutes=2)):
        retry_failed_actions()
    drain(strict=True)
    action.refresh_from_db()
    assert (action.state, action.retry_at) == ("done", None)
    assert again(order).tags == ["急"]


def ask(world):
    asked = {"action": "ask_customer", "text": "可以用替代件吗？"}
    guard = {
        "op": "way",
        "stage": "accepted",
        "way": "set_out",
        "add_guards": ["customer_answered"],
    }
    order = accepted(world, when("entered", asked), guard)
    drain(strict=True)
    return order, CustomerQuestion.objects.get()


def test_the_customer_answers_by_a_link_and_the_order_goes_on(world, client):
    order, question = ask(world)
    url = reverse("workorders-question:question", args=[question_token(question)])
    client.logout()
    assert "可以用替代件吗" in client.get(url).content.decode()
    assert client.post(url, {"answer": ""}).status_code == 422
    assert client.post(url, {"answer": "agree", "reason": "尽快"}).status_code == 302
    question.refresh_from_db()
    assert (question.agreed, question.remark) == (True, "尽快")
    assert client.post(url, {"answer": "decline"}).status_code == 409
    [row] = question_rows(order)
    assert row.link is None
    told = StaffNotice.objects.filter(user=world.dispatcher).order_by("pk")
    assert [notice_words(each) for each in told] == [
        "请把问题链接发给客户：可以用替代件吗？",
        "客户已答复：尽快",
    ]


def test_nobody_of_the_company_answers_for_the_customer(world, client):
    _order, question = ask(world)
    client.force_login(world.dispatcher)
    url = reverse("workorders-question:question", args=[question_token(question)])
    assert client.post(url, {"answer": "agree"}).status_code == 422
    question.refresh_from_db()
    assert question.answered_at is None


def test_a_question_of_a_stage_that_is_left_needs_no_answer(world, client):
    order, question = ask(world)
    step(order, "withdraw", world.dispatcher, reason="改期")
    with pytest.raises(Refused) as found:
        answer_question(question_id=question.pk, agrees=True, remark="")
    assert found.value.code == "question.over"
    client.logout()
    url = reverse("workorders-question:question", args=[question_token(question)])
    assert 'name="answer"' not in client.get(url).content.decode()
    assert client.get(url[:-3] + "x/").status_code == 404


def test_a_trigger_of_a_filled_in_form_knows_its_answers(world):
    from workorders.services.filling import fill_form

    form = {"key": "look", "name": "勘查", "fields": [
        {"key": "leak", "label": "漏气", "kind": "choice", "required": True,
         "options": [{"code": "yes", "label": "有"}, {"code": "no", "label": "无"}]}]}  # fmt: skip
    leaks = [{"fact": "answer.leak", "any_of": ["yes"]}]
    fires = when("answered", tag("漏气"), stage="on_site", when=leaks)
    order = arrive(
        order_with(world, {"op": "form", "form": form, "stage": "on_site"}, fires), world
    )
    me = world.installer.user
    fill_form(order_id=order.pk, form_key="look", given={"leak": "no"}, actor=me)
    assert not FiredTrigger.objects.exists()
    fill_form(order_id=order.pk, form_key="look", given={"leak": "yes"}, actor=me)
    drain(strict=True)
    assert again(order).tags == ["漏气"]


def moved_to_other_actions(world):
    """An action that failed, and its stay now of a version whose trigger does something else."""
    order = accepted(world, when("entered", tag("急")))
    action = FiredAction.objects.get()
    fail_action(action_id=action.pk, reason="x")
    body = edited(when("entered", {"action": "webhook", "hook": "erp"}))
    order.stays.filter(left_at=None).update(flow_version=publish(body))
    return order, action


def test_what_is_tried_again_is_what_had_failed_also_after_a_move_to_another_version(world):
    order, action = moved_to_other_actions(world)
    retry_action(order_id=order.pk, action_id=action.pk, actor=world.admin)
    drain(strict=True)
    assert again(order).tags == ["急"]


def test_an_action_kept_without_its_contents_fails_with_a_sentence_where_the_flow_says_otherwise(
    world,
):
    order, action = moved_to_other_actions(world)
    FiredAction.objects.update(contents={})
    retry_action(order_id=order.pk, action_id=action.pk, actor=world.admin)
    drain(strict=True)
    action.refresh_from_db()
    assert action.state == "failed"
    assert action.result == "流程已更改，不再需要这一步"
    assert again(order).tags == []
