"""Flows as data: reading, checking, walking."""

import copy
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workorders.flow import (
    FINDINGS,
    GUARDS,
    Company,
    FlowError,
    Meaning,
    Refusal,
    Stage,
    allowed,
    check,
    read_flow,
    step,
)

PRESETS = Path(__file__).parents[2] / "workorders" / "presets"


def body(name):
    return tomllib.loads((PRESETS / f"{name}.toml").read_text(encoding="utf-8"))


INSTALLATION = read_flow(body("installation"))
REPAIR = read_flow(body("repair"))
EVERYTHING = frozenset(GUARDS)


def small(**changes):
    flow = {
        "key": "small",
        "name": "小流程",
        "initial": "new",
        "stages": [
            {"key": "new", "name": "新", "meaning": "WAITING"},
            {"key": "work", "name": "做", "meaning": "ON_SITE", "sla_minutes": 60},
            {"key": "end", "name": "完", "meaning": "DONE"},
            {"key": "off", "name": "消", "meaning": "CANCELLED"},
        ],
        "transitions": [
            {
                "key": "go",
                "name": "去",
                "from": "new",
                "to": "work",
                "guards": ["has_installer"],
                "roles": ["installer"],
            },
            {"key": "finish", "name": "完", "from": "work", "to": "end", "roles": ["installer"]},
            {
                "key": "drop",
                "name": "消",
                "from": ["new", "work"],
                "to": "off",
                "roles": ["dispatcher"],
            },
        ],
    }
    return copy.deepcopy(flow) | changes


def weaknesses(body, company=None):
    """Everything wrong but what dispatch needs: the small flow has nothing of it."""
    found = check(read_flow(body), company)
    return {(each.code, each.where) for each in found if each.code != "needed_key"}


@pytest.mark.parametrize("flow", [INSTALLATION, REPAIR], ids=lambda flow: flow.key)
def test_a_preset_can_be_published_as_it_is(flow):
    assert check(flow) == ()
    assert {stage.meaning for stage in flow.stages} == set(Meaning)


@pytest.mark.parametrize(
    ("flow", "walk", "end"),
    [
        (INSTALLATION, "assign accept book set_out arrive complete approve", "done"),
        (INSTALLATION, "claim book arrive complete send_back book arrive complete approve", "done"),
        (INSTALLATION, "assign decline assign accept book set_out nobody_home resume", "accepted"),
        (INSTALLATION, "assign accept hold give_back accept book set_out", "en_route"),
        (INSTALLATION, "assign accept book reschedule set_out arrive hold requeue", "waiting"),
        (INSTALLATION, "assign withdraw hold cancel", "cancelled"),
        (REPAIR, "assign accept book set_out arrive quote start_repair complete approve", "done"),
        (
            REPAIR,
            "claim arrive quote order_parts parts_ready book return_visit complete",
            "in_review",
        ),
        (REPAIR, "claim arrive quote refuse_quote", "cancelled"),
        (REPAIR, "claim arrive nobody_home requeue", "waiting"),
        (REPAIR, "claim arrive nobody_home give_back", "assigned"),
    ],
)
def test_a_day_goes_as_planned_or_not(flow, walk, end):
    here = flow.initial
    for key in walk.split():
        after = step(flow, here, key, EVERYTHING)
        assert isinstance(after, Stage), (here, key, after)
        here = after.key
    assert here == end


@pytest.mark.parametrize(
    ("stage", "transition", "facts", "refusal"),
    [
        ("waiting", "assign", set(), Refusal("guards", ("has_installer",))),
        ("waiting", "complete", EVERYTHING, Refusal("wrong_stage")),
        ("waiting", "fly", EVERYTHING, Refusal("unknown_transition")),
        (
            "on_site",
            "complete",
            {"checked_in", "steps_done"},
            Refusal("guards", ("has_photos", "has_signature")),
        ),
        ("on_site", "hold", {"has_reason"}, Refusal("guards", ("has_next_contact",))),
        ("done", "cancel", EVERYTHING, Refusal("wrong_stage")),
    ],
)
def test_a_transition_is_refused_with_everything_that_is_missing(stage, transition, facts, refusal):
    assert step(INSTALLATION, stage, transition, facts) == refusal


def test_a_diagnosis_is_quoted_before_the_repair_and_its_photos_exist():
    after = step(REPAIR, "diagnosis", "quote", {"checked_in"})
    assert isinstance(after, Stage)
    assert step(REPAIR, after.key, "start_repair", {"checked_in"}) == Refusal(
        "guards", ("customer_confirmed",)
    )


@pytest.mark.parametrize(
    ("stage", "role", "keys"),
    [
        ("waiting", "installer", {"claim", "hold"}),
        ("waiting", "finance", set()),
        ("assigned", "installer", {"accept", "decline", "hold"}),
        ("on_hold", "installer", {"resume"}),
        ("on_hold", "dispatcher", {"give_back", "requeue", "cancel"}),
        ("in_review", "dispatcher", {"approve", "send_back", "cancel"}),
        ("in_review", "installer", set()),
        ("done", "hq_admin", set()),
    ],
)
def test_a_role_is_offered_only_its_own_transitions(stage, role, keys):
    assert {each.key for each in allowed(INSTALLATION, stage, role)} == keys


@pytest.mark.parametrize(
    ("spoil", "code", "where"),
    [
        (lambda flow: flow["transitions"][0].update(guards=["has_luck"]), "unknown_guard", "go"),
        (lambda flow: flow["transitions"][0].update(roles=[]), "nobody_may", "go"),
        (lambda flow: flow["transitions"].pop(1), "no_way_to_done", "new"),
        (
            lambda flow: flow["transitions"][2].update({"from": "new"}),
            "no_way_to_cancelled",
            "work",
        ),
        (lambda flow: flow["transitions"][1].update({"from": "new"}), "no_way_to_done", "work"),
        (lambda flow: flow["transitions"][0].update({"from": "end"}), "leaves_final", "go"),
        (lambda flow: flow["transitions"][0].update({"to": "end"}), "unreachable", "work"),
        (lambda flow: flow["stages"][3].update(meaning="DONE"), "no_cancelled", "small"),
        (lambda flow: flow["stages"][2].update(meaning="IN_REVIEW"), "no_exit", "end"),
        (lambda flow: flow["stages"][2].update(meaning="IN_REVIEW"), "no_done", "small"),
        (lambda flow: flow.update(initial="work"), "initial_not_waiting", "work"),
        (lambda flow: flow["transitions"][0].pop("guards"), "settles_nobody", "end"),
        (
            lambda flow: (
                flow["stages"].insert(1, {"key": "checked", "name": "验", "meaning": "IN_REVIEW"})
                or flow["transitions"].append(
                    {
                        "key": "again",
                        "name": "再",
                        "from": "checked",
                        "to": "work",
                        "roles": ["finance"],
                    }
                )
            ),
            "works_when_settled",
            "again",
        ),
    ],
)
def test_a_weak_flow_is_not_published(spoil, code, where):
    flow = small()
    assert weaknesses(flow) == set()
    spoil(flow)
    assert (code, where) in weaknesses(flow)
    assert code in FINDINGS


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (None, set()),
        ({"installer", "dispatcher"}, set()),
        ({"installer"}, {("role_not_held", "drop"), ("stage_role_not_held", "work")}),
        ({"dispatcher"}, {("role_not_held", "go"), ("role_not_held", "finish")}),
    ],
)
def test_a_flow_that_waits_for_a_role_nobody_holds_is_not_published(held, found):
    flow = small()
    flow["stages"][1]["role"] = "dispatcher"
    people = None if held is None else dict.fromkeys(held, 1)
    assert weaknesses(flow, Company(people)) == found
    assert {code for code, _ in found} <= set(FINDINGS)


@pytest.mark.parametrize(("held", "weak"), [(1, True), (2, False)])
def test_who_asked_is_not_counted_among_those_who_decide(held, weak):
    flow = small()
    way = next(each for each in flow["transitions"] if each["key"] == "finish")
    way["guards"] = [*way.get("guards", ()), "not_own_request"]
    found = weaknesses(flow, Company({"installer": held, "dispatcher": 1}))
    assert (("too_few_people", "finish") in found) == weak


def test_what_the_system_does_needs_nobody():
    flow = small()
    flow["transitions"][0]["roles"] = ["system"]
    assert weaknesses(flow, Company({"installer": 1, "dispatcher": 1})) == set()


def test_a_flow_without_the_actions_of_dispatch_is_not_published():
    found = check(read_flow(small()))
    assert [each.where for each in found if each.code == "needed_key"] == [
        "assign",
        "claim",
        "reassign",
        "cancel",
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"key": ""}, "key"),
        ({"initial": "nowhere"}, "initial"),
        ({"stages": []}, "stages"),
        ({"stages": ["new"]}, "stages[0]"),
        ({"stages": [{"key": "new", "name": "新", "meaning": "SLEEPING"}]}, "stages[0].meaning"),
        (
            {"stages": [{"key": "a", "name": "a", "meaning": "DONE", "sla_minutes": 0}]},
            "stages[0].sla_minutes",
        ),
        ({"stages": small()["stages"] + small()["stages"][:1]}, "stages"),
        ({"transitions": None}, "transitions"),
        ({"transitions": [{"key": "a", "name": "a", "to": "end"}]}, "transitions[0].from"),
        (
            {"transitions": [{"key": "a", "name": "a", "from": "new", "to": "moon"}]},
            "transitions[0]",
        ),
        (
            {
                "transitions": [
                    {"key": "a", "name": "a", "from": "new", "to": "end", "roles": ["king"]}
                ]
            },
            "transitions[0].roles",
        ),
        (
            {"transitions": [{"key": "a", "name": "a", "from": "new", "to": "end", "gaurds": []}]},
            "transitions[0].gaurds",
        ),
        ({"transitions": small()["transitions"] * 2}, "transitions"),
    ],
)
def test_a_body_that_is_no_flow_is_refused_with_the_path_of_the_error(changes, path):
    with pytest.raises(FlowError) as caught:
        read_flow(small(**changes))
    assert path in {where for where, _ in caught.value.errors}


@pytest.mark.parametrize("flow", [INSTALLATION, REPAIR], ids=lambda flow: flow.key)
@settings(deadline=None)
@given(keys=st.data())
def test_no_walk_leaves_a_final_stage_or_the_flow(flow, keys):
    here = flow.stage(flow.initial)
    for _ in range(30):
        ways = [each for each in flow.transitions if here.key in each.sources]
        if not ways:
            break
        after = step(flow, here.key, keys.draw(st.sampled_from(ways)).key, EVERYTHING)
        assert isinstance(after, Stage)
        here = after
    assert here.meaning.is_final or any(here.key in each.sources for each in flow.transitions)


def test_guards_and_findings_are_read_as_sentences():
    assert all(sentence[0].isupper() or sentence[0] == "“" for sentence in GUARDS.values())
    assert all("%(where)s" in text or code.startswith("no_") for code, text in FINDINGS.items())
