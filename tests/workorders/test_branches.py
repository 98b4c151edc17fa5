"""Branches: the way an order takes depends on what is known of it, at the desk and on the phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import ProductMapping
from common import clock
from common.errors import Conflict, Refused
from network.models import RegionDivision
from tests.workorders.own_flows import another, edited, order_with, publish
from tests.workorders.walking import arrive, assign, complete, step
from workorders.flow import read_flow
from workorders.flow_facts import OrderFacts
from workorders.models import CheckIn, FormAnswers, SiteFact, WorkOrder
from workorders.phone_jobs import job_of
from workorders.services.follow_ups import record_follow_up
from workorders.services.progress import (
    approve_work,
    find_transition,
    open_transitions,
)
from workorders.services.stays import current_stay
from workorders.visit_path import moves_ahead, pages_ahead, side_ways
from workorders.visit_runs import visit_runs

REVIEW = {
    "op": "add_way",
    "way": {
        "key": "approve", "name": "高空免回访", "from": ["in_review"], "to": "done",
        "roles": ["dispatcher"], "when": [{"fact": "mark", "any_of": ["high_work"]}],
    },
}  # fmt: skip
ONLY_URGENT = {
    "op": "add_way",
    "way": {
        "key": "rush", "name": "加急直达", "from": ["waiting"], "to": "cancelled",
        "roles": ["dispatcher"], "when": [{"fact": "mark", "any_of": ["urgent"]}],
    },
}  # fmt: skip
FORM = {
    "key": "look", "name": "勘查",
    "fields": [{
        "key": "needs", "label": "需要", "kind": "choice", "required": True,
        "options": [{"code": "part", "label": "配件"}, {"code": "none", "label": "不需要"}],
    }],
}  # fmt: skip


def mark(order, **values):
    WorkOrder.objects.filter(pk=order.pk).update(**values)
    order.refresh_from_db()
    return order


def test_of_two_ways_with_one_key_the_one_whose_condition_holds_is_taken(world):
    order = mark(complete(order_with(world, REVIEW), world), high_work=True)
    assert find_transition(order, "approve").name == "高空免回访"
    assert step(order, "approve", world.dispatcher).stage == "done"


def test_without_the_condition_the_way_for_all_others_is_taken(world):
    order = complete(order_with(world, REVIEW), world)
    assert find_transition(order, "approve").name != "高空免回访"
    with pytest.raises(Refused) as refused:
        step(order, "approve", world.dispatcher)
    assert refused.value.code == "transition.missing"


def test_a_way_whose_condition_does_not_hold_is_neither_offered_nor_taken(world):
    order = order_with(world, ONLY_URGENT)
    assert "rush" not in {way.key for way in open_transitions(order, world.dispatcher)}
    with pytest.raises(Refused, match="加急直达") as refused:
        step(order, "rush", world.dispatcher)
    assert refused.value.code == "transition.condition"
    mark(order, urgent=True)
    assert "rush" in {way.key for way in open_transitions(order, world.dispatcher)}
    assert step(order, "rush", world.dispatcher).stage == "cancelled"


def test_a_way_of_another_stage_is_still_a_conflict(world):
    order = assign(order_with(world, ONLY_URGENT), world)
    with pytest.raises(Conflict):
        step(order, "rush", world.dispatcher)


def test_an_order_without_conditions_costs_no_query_for_its_facts(world):
    order = assign(another(world), world)
    with CaptureQueriesContext(connection) as asked:
        facts = OrderFacts(order)
        open_transitions(order, world.dispatcher)
    assert len(asked) == 0
    assert facts["quantity"] == 1_000


DEAR = {
    "op": "add_way",
    "way": {
        "key": "quote", "name": "大额报价", "from": ["diagnosis"], "to": "parts",
        "guards": ["checked_in"], "roles": ["installer"], "asks": ["quote"],
        "when": [{"fact": "quote_yuan", "at_least": 1_000_000}],
    },
}  # fmt: skip


@pytest.fixture
def repairs(world):
    ProductMapping.objects.create(product_code="SVC-FIX", item=world.repair)
    return world


@pytest.mark.parametrize(("quote_fen", "stage"), [(99_999, "quoted"), (100_000, "parts")])
def test_a_quotation_leads_where_its_own_amount_leads(repairs, quote_fen, stage):
    world = repairs
    order = arrive(order_with(world, DEAR, of="repair"), world)
    assert step(order, "quote", world.installer.user, quote_fen=quote_fen).stage == stage


def test_a_second_quotation_is_not_led_by_the_first_ones_amount(repairs):
    world = repairs
    back = {"op": "add_way", "way": {"key": "again", "name": "重报", "from": ["quoted", "parts"],
            "to": "diagnosis", "roles": ["installer"]}}  # fmt: skip
    order = arrive(order_with(world, DEAR, back, of="repair"), world)
    me = world.installer.user
    step(order, "quote", me, quote_fen=200_000)
    step(order, "again", me)
    assert step(order, "quote", me, quote_fen=5_000).stage == "quoted"


def test_the_phone_waits_where_a_quotations_amount_chooses_the_way():
    flow = read_flow(edited(DEAR, of="repair"))
    assert parts(flow, "diagnosis") == ["quote", "branch"]


# What is known of an order


def test_an_order_is_known_by_type_item_region_channel_marks_and_tags(world):
    order = mark(another(world), urgent=True, site_kind="highway", tags=["老小区"])
    RegionDivision.objects.get_or_create(code="330106", region=world.hangzhou)
    facts = OrderFacts(order)
    assert facts["order_type"] == {"installation"}
    assert facts["item"] == {"T-AC"}
    assert facts["category"] == {"空调"}
    assert facts["channel"] == {"youzan"}
    assert facts["mark"] == {"urgent", "highway"}
    assert facts["tag"] == {"老小区"}
    assert facts["paid_yuan"] == 280_000
    assert "customer_level" not in facts
    assert "quote_yuan" not in facts
    assert "answer.needs" not in facts
    assert "nonsense" not in facts


def test_the_region_of_an_order_is_each_region_above_it_and_the_divisions_of_its_address(world):
    codes = OrderFacts(another(world))["region"]
    assert {world.hangzhou.code, world.hangzhou.parent.code} <= codes
    assert {"330106", "330100", "330000"} <= codes


def test_recorded_facts_distance_and_visits_are_known(world):
    order = assign(another(world), world)
    now = clock.now()
    for day, kind, value in ((0, "rain", "yes"), (1, "rain", "no"), (2, "quote_fen", "18000")):
        SiteFact.objects.create(
            work_order=order, kind=kind, value=value, source="t",
            observed_at=now + timedelta(days=day), recorded_at=now,
        )  # fmt: skip
    for day in (1, 1, 2):
        CheckIn.objects.create(
            work_order=order, installer=world.installer, method="manual",
            at=now - timedelta(days=day),
        )  # fmt: skip
    facts = OrderFacts(order)
    assert facts["site_fact"] >= {"rain:no"}
    assert "rain:yes" not in facts["site_fact"]
    assert facts["quote_yuan"] == 180_000
    assert facts["distance_km"] == order.distance_m
    assert facts["visits"] == 2_000
    assert facts["reschedules"] == 0


def answer(order, needs, actor, *, complete=True):
    return FormAnswers.objects.create(
        work_order=order, stay=current_stay(order), flow_version=order.flow_version, form="look",
        values={"needs": needs}, complete=complete, filled_by=actor, filled_at=clock.now(),
    )  # fmt: skip


def test_the_newest_answer_to_a_field_counts(world):
    order = arrive(order_with(world, {"op": "form", "form": FORM, "stage": "on_site"}), world)
    assert "answer.needs" not in OrderFacts(order)
    answer(order, "part", world.admin)
    assert OrderFacts(order)["answer.needs"] == {"part"}


# What the phone shows at a branch

DECIDE = [
    {"op": "form", "form": FORM, "stage": "on_site"},
    {
        "op": "add_way",
        "way": {
            "key": "to_parts", "name": "等配件", "from": ["on_site"], "to": "on_hold",
            "roles": ["installer"], "when": [{"fact": "answer.needs", "any_of": ["part"]}],
        },
    },
]  # fmt: skip


def parts(flow, stage, **known):
    return [page.part.value for page in pages_ahead(flow, stage, has_window=True, **known)]


def test_the_phone_shows_the_way_up_to_the_answers_it_depends_on():
    flow = read_flow(edited(*DECIDE))
    assert parts(flow, "accepted") == ["go", "arrive", "steps", "photos", "materials", "form", "signature", "branch"]  # fmt: skip


def test_once_answered_the_phone_shows_the_way_to_the_end():
    flow = read_flow(edited(*DECIDE))
    known = {"facts": {"answer.needs": frozenset({"none"})}, "is_answered": True}
    assert parts(flow, "on_site", **known)[-1] == "complete"


def test_an_answer_that_leads_aside_is_offered_beside_the_way():
    flow = read_flow(edited(*DECIDE))
    facts = {"answer.needs": frozenset({"part"})}
    assert "to_parts" not in {way.key for way in side_ways(flow, "on_site")}
    assert "to_parts" in {way.key for way in [*side_ways(flow, "on_site", facts), *moves_ahead(flow, "on_site", facts)]}  # fmt: skip


def test_where_both_answers_take_one_button_each_arm_has_its_own():
    same_key = {**DECIDE[1], "way": {**DECIDE[1]["way"], "key": "complete"}}
    flow = read_flow(edited(DECIDE[0], same_key))
    first = pages_ahead(flow, "on_site", has_window=True)
    assert [page.part.value for page in first][-2:] == ["signature", "branch"]
    runs = visit_runs(flow, first, has_window=True)
    assert {arm.name for arm in runs[0].arms} == {"等配件", "完工"}
    assert {run.pages[-1].part.value for run in runs[1:]} == {"move", "complete"}


def test_the_page_of_a_job_shows_the_arms_of_a_branch_until_the_answer_is_known(client, world):
    order = arrive(order_with(world, *DECIDE), world)
    client.force_login(world.installer.user)
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert 'data-part="branch"' in page
    assert 'data-part="complete"' in page
    assert 'id="x-ways"' in page
    answer(order, "none", world.installer.user)
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert 'data-part="branch"' not in page
    assert 'id="x-ways"' not in page
    assert 'data-part="complete"' in page
    assert job_of(order, viewer=world.installer).pages[-1].part == "complete"


# Review with another stage behind it


def test_a_passed_follow_up_leads_on_to_what_stands_between_review_and_done(world):
    check = {
        "key": "archive", "name": "归档", "way": "in", "after": "in_review",
        "stages": [{"key": "archive", "name": "归档", "meaning": "IN_REVIEW", "role": "finance"}],
        "leave": {"name": "归档完成", "roles": ["finance"]},
    }  # fmt: skip
    order = complete(order_with(world, {"op": "insert", "block": check}), world)
    record_follow_up(
        order_id=order.pk, passed=True, rating_x10=50, remark="", actor=world.dispatcher
    )
    assert approve_work(order_id=order.pk, actor=world.dispatcher).stage == "archive"


def test_work_that_is_not_in_review_is_not_approved(world):
    order = arrive(another(world), world)
    with pytest.raises(Conflict):
        approve_work(order_id=order.pk, actor=world.dispatcher)


def test_a_repair_can_branch_too(world):
    ProductMapping.objects.create(product_code="SVC-FIX", item=world.repair)
    publish(edited(of="repair"))
    order = another(world, of="repair")
    assert OrderFacts(order)["order_type"] == {"repair"}
