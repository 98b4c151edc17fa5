"""A flow is published only when every order that follows it can come to its end by what is planned."""

from __future__ import annotations

import pytest

from tests.workorders.own_flows import edited
from workorders.flow import FINDINGS, Company, check, read_flow
from workorders.flow_findings import findings

NEVER = [{"fact": "tag", "any_of": ["never"]}]


def found(*edits):
    return {(each.code, each.where) for each in check(read_flow(edited(*edits)))}


def only_for(stage, way, when=NEVER):
    return {"op": "way", "stage": stage, "way": way, "when": when}


def way(key, source, target, **more):
    return {
        "op": "add_way",
        "way": {"key": key, "name": key, "from": [source], "to": target,
                "roles": ["installer"], **more},
    }  # fmt: skip


def test_holding_and_sending_back_are_no_way_on_for_orders_that_meet_no_condition():
    assert found(only_for("on_site", "complete")) == {("stuck_without_else", "on_site")}


def test_a_way_for_all_others_ends_it():
    other = way("complete", "on_site", "in_review", guards=["steps_done"])
    assert found(only_for("on_site", "complete"), other) == set()


def test_two_ways_that_leave_out_nobody_are_enough():
    others = [{"fact": "tag", "none_of": ["never"]}]
    other = way("complete", "on_site", "in_review", guards=["steps_done"], when=others)
    assert found(only_for("on_site", "complete"), other) == set()


def test_a_flow_in_which_an_order_can_go_round_without_settling_is_a_finding_with_its_place():
    back = way("look_again", "on_site", "accepted")
    edits = (only_for("on_site", "complete"), back)
    assert found(*edits) == {("circles", "on_site")}
    [told] = findings(read_flow(edited(*edits)), Company())
    assert (told.is_error, told.stage, told.part) == (True, "on_site", "stage.on_site")
    assert "安装中" in told.sentence


def test_orders_of_one_kind_alone_that_go_round_are_found_too():
    """The way back has the key of the way on: orders of that kind never get to take the other."""
    vip = [{"fact": "customer_level", "any_of": ["VIP"]}]
    back = way("complete", "on_site", "accepted", when=vip)
    assert found(back) == {("circles", "on_site")}


def test_a_way_for_all_but_some_leaves_those_some_without_a_way():
    others = [{"fact": "tag", "none_of": ["never"]}]
    assert found(only_for("on_site", "complete", others)) == {("stuck_without_else", "on_site")}


def test_ways_that_leave_a_combination_out_are_found():
    """Urgent orders of VIP go nowhere: one way is for all but VIP, the other for all not urgent."""
    not_vip = [{"fact": "customer_level", "none_of": ["VIP"]}]
    not_urgent = [{"fact": "mark", "none_of": ["urgent"]}]
    other = way("complete", "on_site", "in_review", guards=["steps_done"], when=not_urgent)
    known = found(only_for("on_site", "complete", not_vip), other)
    assert known == {("stuck_without_else", "on_site")}


def test_an_answer_that_can_be_given_anew_may_lead_back():
    """Not good enough: done again, and the answer is another then."""
    form = {
        "key": "check", "name": "自检",
        "fields": [{"key": "good", "label": "合格", "kind": "choice", "required": True,
                    "options": [{"code": "yes", "label": "是"}, {"code": "no", "label": "否"}]}],
    }  # fmt: skip
    again = way("complete", "on_site", "accepted", guards=["form_done"],
                when=[{"fact": "answer.good", "any_of": ["no"]}])  # fmt: skip
    assert found({"op": "form", "form": form, "stage": "on_site"}, again) == set()


@pytest.mark.parametrize("code", ["stuck_without_else", "circles"])
def test_what_is_found_is_said_in_words(code):
    assert "%(where)s" in FINDINGS[code]


def test_conditions_of_two_stages_on_one_path_are_taken_together():
    """VIP alone set out, and of them those that are urgent never arrive."""
    vip = [{"fact": "customer_level", "any_of": ["VIP"]}]
    not_vip = [{"fact": "customer_level", "none_of": ["VIP"]}]
    calm = [{"fact": "mark", "none_of": ["urgent"]}]
    edits = (
        only_for("accepted", "set_out", vip),
        only_for("accepted", "arrive", not_vip) | {"alone": True},
        only_for("en_route", "arrive", calm),
    )
    assert found(*edits) == {("circles", "en_route")}
    assert found(*edits[:2]) == set()


def test_an_order_with_two_tags_at_once_is_tried_too():
    one = [{"fact": "tag", "none_of": ["a"]}]
    two = [{"fact": "tag", "none_of": ["b"]}]
    other = way("complete", "on_site", "in_review", guards=["steps_done"], when=two)
    assert found(only_for("on_site", "complete", one), other) == {("stuck_without_else", "on_site")}


def test_a_flow_with_more_kinds_of_orders_than_are_tried_says_so_as_a_warning():
    tags = [f"t{number}" for number in range(70)]
    edits = [way("complete", "on_site", "in_review", guards=["steps_done"],
                 when=[{"fact": "tag", "any_of": [tag]}]) for tag in tags]  # fmt: skip
    flow = read_flow(edited(*edits))
    told = findings(flow, Company())
    assert [(each.finding.code, each.is_error) for each in told] == [("no_full_trial", False)]
