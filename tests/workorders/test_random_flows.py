"""Flows drawn at random: what the checks let pass brings every order to its end, settled once."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from workorders.flow import Flow, Meaning, check, is_on_plan, open_ways, read_flow
from workorders.flow.reading import FlowError

OFFICE = ["dispatcher", "hq_admin"]
TAGS = ("a", "b")
ANSWERS = ("yes", "no")
FORM = {
    "key": "look", "name": "勘查",
    "fields": [{
        "key": "said", "label": "结论", "kind": "choice", "required": True,
        "options": [{"code": code, "label": code} for code in ANSWERS],
    }],
}  # fmt: skip
CODES = st.sampled_from([("tag", TAGS), ("mark", ("urgent",)), ("answer.said", ANSWERS)])
BOUNDS = st.sampled_from([{"at_least": 2000}, {"below": 2000}])


@st.composite
def conditions(draw: Any) -> list[dict[str, Any]]:
    """None, one or two conditions on lasting facts, answers or numbers."""
    found: list[dict[str, Any]] = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        if draw(st.booleans()):
            fact, codes = draw(CODES)
            how = draw(st.sampled_from(["any_of", "none_of"]))
            found.append({"fact": fact, how: [draw(st.sampled_from(codes))]})
        else:
            found.append({"fact": "quantity", **draw(BOUNDS)})
    return found


@st.composite
def bodies(draw: Any) -> dict[str, Any]:
    """A flow with stages of work and of review, and ways among them with conditions."""
    works = [f"work{n}" for n in range(draw(st.integers(1, 4)))]
    reviews = [f"review{n}" for n in range(draw(st.integers(0, 2)))]
    line = [*works, *reviews, "done"]
    stages = [{"key": "waiting", "name": "待派", "meaning": "WAITING", "role": "dispatcher"}]
    for key in line[:-1]:
        meaning = "IN_REVIEW" if key in reviews else "ON_SITE"
        stage = {"key": key, "name": key, "meaning": meaning, "role": "installer"}
        stages.append(stage | ({"form": "look"} if draw(st.booleans()) else {}))
    stages += [
        {"key": "done", "name": "完工", "meaning": "DONE"},
        {"key": "cancelled", "name": "取消", "meaning": "CANCELLED"},
    ]
    forms = {stage["key"]: "form" in stage for stage in stages}
    first = works[0]
    ways: list[dict[str, Any]] = [
        {"key": "assign", "name": "派", "from": ["waiting"], "to": first,
         "guards": ["has_installer"], "roles": OFFICE, "asks": ["installer"]},
        {"key": "claim", "name": "抢", "from": ["waiting"], "to": first,
         "guards": ["has_installer"], "roles": ["installer"]},
        {"key": "reassign", "name": "改", "from": [first], "to": first,
         "guards": ["has_installer", "has_reason"], "roles": OFFICE, "asks": ["installer", "reason"]},
        {"key": "cancel", "name": "取消", "from": ["waiting", *line[:-1]], "to": "cancelled",
         "guards": ["has_reason"], "roles": OFFICE, "asks": ["reason"]},
    ]  # fmt: skip
    for at, key in enumerate(line[:-1]):
        if draw(st.booleans()):
            ways.append(
                {"key": f"{key}_on", "name": "好", "from": [key], "to": line[at + 1],
                 "guards": ["form_done"] if forms[key] else [], "roles": ["installer", *OFFICE]}
            )  # fmt: skip
        for number in range(draw(st.integers(0, 2))):
            target = draw(st.sampled_from(line[max(0, at - 1) :]))
            name = draw(st.sampled_from([f"{key}_on", f"{key}_{number}"]))
            guards = ["form_done"] if forms[key] else []
            ways.append(
                {"key": name, "name": name, "from": [key], "to": target, "guards": guards,
                 "roles": ["installer", *OFFICE], "when": draw(conditions())}
            )  # fmt: skip
    return {
        "key": "drawn", "name": "抽到的流程", "initial": "waiting", "stages": stages,
        "transitions": ways, "forms": [FORM] if any(forms.values()) else [],
    }  # fmt: skip


ORDERS = [
    {
        **({"tag": frozenset(tags)} if tags else {}),
        **({"mark": frozenset({"urgent"})} if urgent else {}),
        "quantity": quantity,
    }
    for tags, urgent, quantity in product(
        [(), ("a",), ("b",), TAGS], [False, True], [1000, 2000, 3000]
    )
]
"""What may be known of an order from its beginning to its end."""


def planned(flow: Flow, here: str, facts: dict[str, Any]) -> list[Any]:
    """The ways that go to plan from a stage, whoever takes them."""
    ways = open_ways(flow, here, facts)
    return [way for way in ways if is_on_plan(flow, way) and way.target != here]


def shortest(flow: Flow, start: str, facts: dict[str, Any]) -> list[str]:
    """The stages of the shortest way that goes to plan from a stage to the end, whatever is said."""
    ways, ahead = {start: [start]}, [start]
    for here in ahead:
        if flow.stage(here).meaning is Meaning.DONE:
            return ways[here]
        for known in said(flow, here, facts):
            for way in planned(flow, here, known):
                if way.target not in ways:
                    ways[way.target] = [*ways[here], way.target]
                    ahead.append(way.target)
    return []


def said(flow: Flow, here: str, before: dict[str, Any]) -> list[dict[str, Any]]:
    """What may be known of an order in a stage: any answer where it asks for one."""
    if not flow.stage(here).form:
        return [before]
    return [before | {"answer.said": frozenset({code})} for code in ANSWERS]


def passed(body: dict[str, Any]) -> Flow:
    """The flow, where reading and checks let it pass."""
    try:
        flow = read_flow(body)
    except FlowError:
        reject()
    assume(check(flow) == ())
    return flow


@given(body=bodies(), facts=st.sampled_from(ORDERS))
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_wherever_an_order_comes_it_can_go_on_to_its_end_and_is_settled_once(body, facts):
    flow = passed(body)
    come, ahead = {flow.initial}, [flow.initial]
    while ahead:
        here = ahead.pop()
        for known in said(flow, here, facts):
            new = {way.target for way in open_ways(flow, here, known)} - come
            come |= new
            ahead += new
    for here in come:
        if not flow.stage(here).meaning.is_final:
            assert shortest(flow, here, facts), f"stuck in {here} with {facts}"
    walked = [flow.stage(key).meaning.is_after_work for key in shortest(flow, flow.initial, facts)]
    assert sum(now and not before for before, now in pairwise([False, *walked])) == 1
