"""Behind a branch the phone has every way it may have to choose without a network."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.workorders.own_flows import edited, order_with
from tests.workorders.test_branches import DEAR, DECIDE, FORM
from tests.workorders.walking import arrive
from workorders.flow import read_flow
from workorders.phone_jobs import job_of
from workorders.visit_path import pages_ahead
from workorders.visit_runs import visit_runs

SWAP = {
    "key": "swap", "name": "更换配件", "way": "in", "after": "on_site",
    "stages": [{"key": "swap", "name": "更换", "meaning": "ON_SITE", "role": "installer"}],
    "leave": {"name": "更换完成", "roles": ["installer"]},
}  # fmt: skip
SWAPS = [
    {"op": "form", "form": FORM, "stage": "on_site"},
    {"op": "insert", "block": SWAP, "when": [{"fact": "answer.needs", "any_of": ["part"]}]},
]  # fmt: skip


def runs(flow, stage, **known):
    first = pages_ahead(flow, stage, has_window=True, **known)
    return visit_runs(flow, first, has_window=True, facts=known.get("facts"))


def told(found, number):
    """Parts of a run, and its arms: the key, the facts asked, the number of the run behind."""
    parts = [page.part.value for page in found[number].pages]
    return parts, [
        (arm.key, [each.fact for each in arm.when], arm.run) for arm in found[number].arms
    ]


def test_each_arm_of_a_branch_leads_to_pages_of_its_own():
    found = runs(read_flow(edited(*SWAPS)), "on_site")
    parts, arms = told(found, 0)
    assert parts == ["steps", "photos", "materials", "form", "signature", "branch"]
    behind = {tuple(facts): told(found, run)[0] for _key, facts, run in arms if run is not None}
    assert behind[()] == [*parts[:-1], "complete"]
    assert behind[("answer.needs",)][:2] == ["form", "move"]
    assert behind[("answer.needs",)][-1] == "complete"


def test_a_way_on_hold_ends_what_the_phone_shows():
    found = runs(read_flow(edited(*DECIDE)), "on_site")
    _parts, arms = told(found, 0)
    held = next(run for key, _facts, run in arms if key == "to_parts")
    assert told(found, held) == (["move"], [])


def test_a_quotations_amount_is_left_to_the_phone_as_answers_are():
    found = runs(read_flow(edited(DEAR, of="repair")), "diagnosis")
    parts, arms = told(found, 0)
    assert parts == ["quote", "branch"]
    assert [facts for _key, facts, _run in arms if facts] == [["quote_yuan"]]
    quoted = next(run for _key, facts, run in arms if not facts and run is not None)
    assert told(found, quoted)[0][0] == "agree"


@pytest.mark.parametrize(("tags", "offered"), [((), False), (("老小区",), True)])
def test_what_only_the_server_knows_is_decided_when_the_page_is_made(tags, offered):
    old = {
        **DECIDE[1],
        "way": {
            **DECIDE[1]["way"],
            "when": [{"fact": "tag", "any_of": ["老小区"]}, *DECIDE[1]["way"]["when"]],
        },
    }
    flow = read_flow(edited(DECIDE[0], old))
    _parts, arms = told(runs(flow, "on_site", facts={"tag": frozenset(tags)}), 0)
    assert ("to_parts" in [key for key, _facts, _run in arms]) is offered


def test_a_visit_without_branches_is_one_run():
    found = runs(read_flow(edited()), "on_site")
    assert len(found) == 1
    assert found[0].arms == ()


def test_the_page_has_the_pages_of_every_arm_once_and_says_how_they_hang_together(client, world):
    order = arrive(order_with(world, *SWAPS), world)
    client.force_login(world.installer.user)
    job = job_of(order, viewer=world.installer)
    places = {page.place for page in job.pages}
    listed = {place for run in job.ways["runs"] for place, _stage in run["pages"]}
    assert listed == places
    assert [page.part for page in job.pages].count("signature") == 1
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert 'id="x-ways"' in page
    assert page.count('data-part="complete"') == 2


@pytest.mark.parametrize("said", [{"believed": "swap"}, {"believed": "on_site", "towards": "swap"}])
def test_a_move_meant_for_another_stage_is_refused_with_the_reason(client, world, said):
    order = arrive(order_with(world, *SWAPS), world)
    client.force_login(world.installer.user)
    url = reverse("workorders-phone:job-move", args=[order.number, "complete"])
    headers = {"HTTP_IDEMPOTENCY_KEY": "b" * 36, "HTTP_X_OUTBOX": "1", "HTTP_ACCEPT": "application/json"}  # fmt: skip
    answer = client.post(url, said, **headers)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "order.went_elsewhere"
    assert "更换" in answer.json()["error"]["message"]
    order.refresh_from_db()
    assert order.stage == "on_site"
