"""Whom the rules can pay is chosen from a list; rules beyond measure are not saved."""

from __future__ import annotations

import pytest

from network.models import OrgUnit
from settlement.proposals.proofs import prove
from settlement.rulebook.parts import raw_of
from settlement.rulebook.size import MOST_CONDITIONS, count_conditions
from tests.factories import UnitFactory
from tests.settlement.rulebook.test_editor_pages import as_read, desk, save

__all__ = ["desk"]
PLANNER = "supplier:PLAN"


@pytest.fixture
def planner(company):
    """A unit that is paid as a supplier."""
    return UnitFactory(kind=OrgUnit.Kind.SUPPLIER, code="PLAN", name="策划公司")


@pytest.mark.usefixtures("planner")
def test_a_supplier_is_chosen_as_payee_of_a_line_a_share_and_the_rules(desk, draft):
    stranger = save(desk, draft, "general", parties_shown="1",
                    parties=[*draft.body["parties"], PLANNER])  # fmt: skip
    draft.refresh_from_db()
    assert draft.body["parties"][-1] == PLANNER
    assert "策划公司" in stranger.content.decode()
    for entries in (
        {"part": "c.URGENT", "party": PLANNER, "label": "加急"},
        {"part": "c.SPLIT", "shares_shown": "1", "shares:0:party": PLANNER},
    ):
        page = save(desk, draft, **entries).content.decode()
        assert f'value="{PLANNER}" selected' in page
        assert "策划公司" in page
        draft.refresh_from_db()
    assert raw_of(draft.body, "c.URGENT")["party"] == PLANNER
    assert raw_of(draft.body, "c.SPLIT")["shares"][0]["party"] == PLANNER
    assert not [f for f in prove(draft.body, draft.rule_set).faults if f.path == "rules.parties"]


@pytest.mark.usefixtures("planner")
def test_a_payee_nobody_stands_behind_is_not_taken(desk, draft):
    save(desk, draft, "c.URGENT", party="supplier:NOBODY", label="急单")
    draft.refresh_from_db()
    assert raw_of(draft.body, "c.URGENT").get("party") != "supplier:NOBODY"


def test_a_supplier_that_is_gone_stays_readable_and_is_not_lost_by_another_change(desk, draft):
    body = {**draft.body, "parties": [*draft.body["parties"], PLANNER]}
    body["components"] = [
        {**part, "party": PLANNER} if part["code"] == "URGENT" else part
        for part in body["components"]
    ]
    # What somebody else gets is none of the installer's milestones.
    release = next(part for part in body["components"] if part["kind"] == "release")
    release["base"] = ["gross", "-URGENT"]
    draft.body = body
    draft.save()
    save(desk, draft, "c.URGENT", party=PLANNER, label="急单")
    draft.refresh_from_db()
    assert raw_of(draft.body, "c.URGENT")["party"] == PLANNER
    assert prove(draft.body, draft.rule_set).faults[0].params == {"name": PLANNER}


def test_one_condition_too_many_is_told_and_nothing_is_saved(desk, draft):
    left = MOST_CONDITIONS - 1 - count_conditions(draft.body)
    table = draft.body["tables"]["tier"]
    rows = [{"id": f"R{n}", "when": {"floor": n}, "rate_bp": 1} for n in range(left)]
    draft.body["tables"] |= {"full": {**table, "inputs": ["floor"], "rows": rows}}
    draft.save()
    answer = save(desk, draft, "c.URGENT", when_shown="1", **{"when_add:0": "floor"})
    assert answer.status_code == 413
    words = as_read(
        "%(n)d conditions are too many; rules hold fewer than %(most)d. "
        "Put values that give the same into one row."
    )
    assert words % {"n": MOST_CONDITIONS, "most": MOST_CONDITIONS} in answer.content.decode()
    draft.refresh_from_db()
    assert draft.revision == 1
