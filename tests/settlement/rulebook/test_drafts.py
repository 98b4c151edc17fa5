"""Drafts of rules: begun once, saved by place, never lost when two people write."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from common.errors import Conflict, Refused
from settlement.models import RuleDraft
from settlement.rulebook.drafts import (
    EditConflict,
    body_at,
    discard_draft,
    empty_body,
    next_body,
    open_rule_set,
    save_draft,
    start_draft,
    undo_draft,
)
from tests.factories import UserFactory
from tests.settlement.rulebook.conftest import rate

URGENT, HOLIDAY = "/components/URGENT/rate_bp", "/components/HOLIDAY/rate_bp"
LABEL = "/components/URGENT/label"


def save(draft, actor, revision=1, **change):
    paths = {"urgent": URGENT, "holiday": HOLIDAY, "label": LABEL}
    return save_draft(
        draft_id=draft.pk, revision=revision, actor=actor,
        change={paths[name]: value for name, value in change.items()},
    )  # fmt: skip


def test_a_draft_from_a_version_moves_its_number_and_first_day_on(company, draft):
    assert draft.body["version"] == "2025.2"
    assert draft.body["effective_from"] == "2026-12-01"
    assert draft.body["components"] == company.version.body["components"]


def test_a_rule_set_has_one_open_draft_of_headquarters(company, draft):
    version = company.version
    again = {"rule_set": version.rule_set, "body": next_body(version), "actor": company.finance}
    with pytest.raises(Conflict) as open_one:
        start_draft(**again)
    assert open_one.value.see.url == reverse("settlement:draft-edit", args=[draft.pk])
    discard_draft(draft_id=draft.pk, actor=company.finance)
    assert start_draft(**again).state == RuleDraft.State.EDITING


def test_an_empty_rule_set_may_be_drafted_though_nothing_could_be_published(company):
    rule_set = open_rule_set(
        key="bathrooms_vip", name="卫浴", industry="bathrooms", actor=company.finance
    )
    body = empty_body(name="卫浴", version="1", effective_from=date(2027, 1, 1))
    assert start_draft(rule_set=rule_set, body=body, actor=company.finance).revision == 1


@pytest.mark.parametrize("key", ["", "A", "空调", "home_appliances", "a b", "x" * 41])
def test_a_rule_set_needs_a_key_of_its_own(company, key):
    with pytest.raises(Refused):
        open_rule_set(key=key, name="X", industry="bathrooms", actor=company.finance)


def test_an_industry_that_is_settled_gets_no_second_rule_set(company):
    with pytest.raises(Refused) as caught:
        open_rule_set(key="more", name="X", industry="home_appliances", actor=company.finance)
    assert caught.value.code == "rules.industry_taken"


def test_saving_raises_the_revision_once_and_an_equal_save_does_not(company, draft):
    assert save(draft, company.finance, urgent=3500).draft.revision == 2
    assert save(draft, company.finance, revision=2, urgent=3500).draft.revision == 2
    assert rate(draft, "URGENT") == 3500


def test_two_people_at_different_parts_both_stay(company, draft, colleague):
    save(draft, company.finance, urgent=3500)
    assert save(draft, colleague, holiday=4000).merged
    assert (rate(draft, "URGENT"), rate(draft, "HOLIDAY")) == (3500, 4000)


def test_the_second_of_two_people_at_one_part_gets_the_difference_and_nothing_is_written(
    company, draft, colleague
):
    save(draft, company.finance, urgent=3500)
    with pytest.raises(EditConflict) as caught:
        save(draft, colleague, urgent=2500, label="急单")
    found = {each.path: each for each in caught.value.differences}
    assert found[URGENT][1:] == (3000, 3500, 2500)
    assert found[URGENT].clash
    assert found[LABEL][1:] == ("加急", "加急", "急单")
    assert not found[LABEL].clash
    assert rate(draft, "URGENT") == 3500


def test_the_same_change_made_twice_is_no_conflict(company, draft, colleague):
    save(draft, company.finance, urgent=3500)
    assert save(draft, colleague, urgent=3500).draft.revision == 2


def test_a_part_taken_away_meanwhile_stands_against_what_was_changed_in_it(
    company, draft, colleague
):
    save_draft(
        draft_id=draft.pk, revision=1, change={"/components/URGENT": None}, actor=company.finance
    )
    with pytest.raises(EditConflict) as caught:
        save(draft, colleague, urgent=2500)
    (gone,) = caught.value.differences
    assert (gone.path, gone.theirs, gone.mine["rate_bp"]) == ("/components/URGENT", None, 2500)


def test_one_takes_a_part_away_while_another_adds_one_and_both_is_done(company, draft, colleague):
    codes = [each["code"] for each in draft.body["components"]]
    gone, new = [c for c in codes if c != "RAIN"], [*codes[:3], "NEW", *codes[3:]]
    save_draft(
        draft_id=draft.pk, revision=1, actor=company.finance,
        change={"/components/RAIN": None, "/components/#": gone},
    )  # fmt: skip
    save_draft(
        draft_id=draft.pk, revision=1, actor=colleague,
        change={"/components/NEW": {"code": "NEW", "kind": "flat"}, "/components/#": new},
    )  # fmt: skip
    draft.refresh_from_db()
    assert [each["code"] for each in draft.body["components"]] == [c for c in new if c != "RAIN"]


def test_steps_are_taken_back_one_by_one(company, draft):
    first = body_at(draft, 1)
    save(draft, company.finance, urgent=3500)
    save(draft, company.finance, revision=2, holiday=4000)
    for revision, expected in ((3, (3500, 3000)), (4, (3000, 3000))):
        undo_draft(draft_id=draft.pk, revision=revision, actor=company.finance)
        assert (rate(draft, "URGENT"), rate(draft, "HOLIDAY")) == expected
    draft.refresh_from_db()
    assert draft.body == first
    with pytest.raises(Refused):
        undo_draft(draft_id=draft.pk, revision=5, actor=company.finance)


def test_a_second_click_on_undo_takes_back_nothing_more(company, draft):
    save(draft, company.finance, urgent=3500)
    save(draft, company.finance, revision=2, holiday=4000)
    undo_draft(draft_id=draft.pk, revision=3, actor=company.finance)
    with pytest.raises(Conflict):
        undo_draft(draft_id=draft.pk, revision=3, actor=company.finance)
    assert (rate(draft, "URGENT"), rate(draft, "HOLIDAY")) == (3500, 3000)


def test_a_region_does_not_write_in_the_draft_of_headquarters(company, draft):
    manager = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    with pytest.raises(Refused):
        save(draft, manager, urgent=1)


@pytest.mark.parametrize("value", [12.5, float("nan"), float("inf")])
def test_a_number_with_a_fraction_is_refused_before_it_reaches_a_draft(company, draft, value):
    with pytest.raises(Refused):
        save(draft, company.finance, urgent=value)


def test_a_draft_that_is_over_is_not_written_any_more(company, draft):
    discard_draft(draft_id=draft.pk, actor=company.finance)
    with pytest.raises(Refused):
        save(draft, company.finance, urgent=1)


def test_a_revision_that_never_was_is_told_to_load_again(company, draft):
    with pytest.raises(Conflict):
        save(draft, company.finance, revision=7, urgent=1)
