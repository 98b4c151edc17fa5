"""The editor says when each part comes, and offers no milestones that could not be kept to."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from settlement.rulebook.component_form import component_shown
from settlement.rulebook.findings import findings_of
from settlement.rulebook.trial import trial
from settlement.rulebook.vocabulary import vocabulary
from tests.settlement.company import Company
from tests.settlement.milestones import body_with, part

PLAN = [
    part("REL1", "completed", bp=5_000), part("REL2", "completed", bp=1_000, days=7),
    part("REL3", "followed_up", bp=1_000), part("REL4", "followed_up", bp=1_000, days=60),
    part("REL5", "warranty", days=30),
]  # fmt: skip


def release_of(body: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in body["components"] if each["kind"] == "release")


def test_the_worked_example_says_when_each_part_comes(company: Company) -> None:
    with override("en"):
        shown = trial(
            rule_set=company.version.rule_set, body=body_with(PLAN), earlier=(),
            words=vocabulary(), actor=company.world.admin,
        )  # fmt: skip
        whens = [each.when for each in shown.releases]
    assert whens[0] == "at once"
    assert whens[2:4] == ["with “follow-up passed”", "60 days after “follow-up passed”"]
    assert sum(each.amount_fen for each in shown.releases) == shown.installer_fen
    assert len(set(whens)) == len(PLAN)


def test_only_the_installer_is_offered_for_milestones(company: Company) -> None:
    body = body_with(PLAN)
    form = component_shown(release_of(body), body, vocabulary())
    party = next(entry for entry in form.main if entry.name == "party")
    assert [value for value, _word in party.options] == ["", "installer"]


@pytest.mark.parametrize(
    ("changes", "field"), [({"party": "channel"}, "party"), ({"base": "fact:paid_fen"}, "base")]
)
def test_a_fault_is_told_at_the_field_of_the_milestones(
    company: Company, changes: dict[str, Any], field: str
) -> None:
    found = findings_of(body_with(PLAN, **changes), vocabulary())
    assert [(each.part, each.field) for each in found if each.level == "fault"] == [
        ("c.RELEASE", field)
    ]


def test_a_fault_of_one_milestone_is_told_in_words(company: Company) -> None:
    plan = [part("REL1", "completed", bp=1), part("REL1", "warranty")]
    found = [each for each in findings_of(body_with(plan), vocabulary()) if each.level == "fault"]
    assert len(found) == 2
    assert all(each.part == "c.RELEASE" and "%(" not in each.sentence for each in found)
