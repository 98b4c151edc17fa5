"""What a stage waits for: its form, its departments, the customer's answer, its photos."""

from __future__ import annotations

import pytest

from common import clock
from common.errors import Refused
from tests.workorders.own_flows import edited, order_with
from tests.workorders.walking import arrive, prove, step
from tests.workorders.world import photo
from workorders.flow import read_flow
from workorders.models import CustomerQuestion, FormAnswers, StageTask
from workorders.services.locking import lock_order
from workorders.services.photos import add_photo
from workorders.services.stays import current_stay
from workorders.visit_path import pages_ahead

FORM = {
    "key": "look",
    "name": "勘查表",
    "fields": [{"key": "size", "label": "尺寸", "kind": "text"}],
}
EXTRA = {
    "key": "test", "name": "通电测试", "way": "out", "after": "on_site",
    "stages": [{"key": "test", "name": "通电测试", "meaning": "ON_SITE", "role": "installer"}],
    "enter": {"name": "去测试", "roles": ["installer"]},
    "leave": {"name": "测试通过", "roles": ["installer"]},
}  # fmt: skip


def asking(*guards):
    return {"op": "way", "stage": "on_site", "way": "hold", "guards": list(guards)}


@pytest.fixture
def holding(world):
    """An order on site whose way "hold" asks for guards; returns the order and the attempt."""

    def make(*guards, edits=()):
        order = arrive(order_with(world, *edits, asking(*guards)), world)
        return order, lambda: step(
            order, "hold", world.installer.user, reason="等", next_contact_at=None
        )

    return make


def refused(attempt):
    with pytest.raises(Refused) as found:
        attempt()
    assert found.value.code == "transition.missing"
    return str(found.value)


def test_a_form_holds_the_way_until_it_is_complete(world, holding):
    order, hold = holding("form_done", edits=[{"op": "form", "form": FORM, "stage": "on_site"}])
    assert "勘查表" in refused(hold)
    answers = FormAnswers.objects.create(
        work_order=order, stay=current_stay(order), flow_version=order.flow_version, form="look",
        values={}, filled_by=world.admin, filled_at=clock.now(),
    )  # fmt: skip
    refused(hold)
    answers.complete = True
    answers.save()
    assert hold().stage == "on_hold"


def test_what_was_filled_in_on_an_earlier_stay_counts_no_more(world, holding):
    order, hold = holding("form_done", edits=[{"op": "form", "form": FORM, "stage": "on_site"}])
    first = order.stays.order_by("pk").first()
    FormAnswers.objects.create(
        work_order=order, stay=first, flow_version=order.flow_version, form="look", complete=True,
        values={}, filled_by=world.admin, filled_at=clock.now(),
    )  # fmt: skip
    refused(hold)


def test_departments_that_have_not_finished_are_named(holding):
    order, hold = holding("tasks_done")
    stay = current_stay(order)
    for key, department in (("parts", "备件库"), ("money", "")):
        StageTask.objects.create(
            stay=stay, work_order=order, key=key, name=f"任务{key}", role="finance",
            department=department,
        )  # fmt: skip
    words = refused(hold)
    assert "备件库" in words
    assert "任务money" in words
    order.tasks.update(done_at=clock.now())
    assert hold().stage == "on_hold"


def test_the_customers_newest_answer_decides(holding):
    order, hold = holding("customer_answered")
    refused(hold)
    stay, now = current_stay(order), clock.now()
    first = CustomerQuestion.objects.create(
        work_order=order, stay=stay, text="同意吗", asked_at=now, agreed=True, answered_at=now
    )
    CustomerQuestion.objects.create(work_order=order, stay=stay, text="再问", asked_at=now)
    refused(hold)
    CustomerQuestion.objects.exclude(pk=first.pk).update(agreed=False, answered_at=now)
    refused(hold)
    CustomerQuestion.objects.exclude(pk=first.pk).delete()
    assert hold().stage == "on_hold"


@pytest.mark.parametrize("guard", ["has_a_photo", "has_photos"])
def test_half_way_one_photo_is_enough(world, holding, guard):
    order, hold = holding(guard)
    refused(hold)
    add_photo(order_id=order.pk, upload=photo(), actor=world.installer.user, label="故障")
    assert hold().stage == "on_hold"


def test_half_way_all_photos_are_needed_where_all_steps_are(world, holding):
    order, hold = holding("has_photos", "steps_done")
    add_photo(order_id=order.pk, upload=photo(), actor=world.installer.user, label="故障")
    assert "铭牌照" in refused(hold)
    prove(order, world)
    assert hold().stage == "on_hold"


def test_a_stage_behind_completion_asks_for_no_photo_less(world):
    order = arrive(order_with(world, {"op": "insert", "block": EXTRA}), world)
    order = step(order, "to_test", world.installer.user)
    with pytest.raises(Refused, match="铭牌照"):
        step(order, "complete", world.installer.user)
    prove(lock_order(order.pk), world)
    assert step(order, "complete", world.installer.user).stage == "in_review"


def test_the_phone_has_a_page_for_each_thing_a_way_asks_for():
    one = {"op": "way", "stage": "on_site", "way": "complete", "guards": ["has_a_photo"]}
    flow = read_flow(edited({"op": "insert", "block": EXTRA}, {**one, "stage": "test"}))
    pages = pages_ahead(flow, "on_site", has_window=True)
    assert [page.part.value for page in pages] == ["move", "photo", "materials", "complete"]
