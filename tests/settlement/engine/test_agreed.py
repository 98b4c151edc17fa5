"""A price agreed with a contractor takes the place of what the rules would give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from settlement.engine.agreed import AGREED, BORNE
from settlement.engine.evaluate import settle
from settlement.engine.explain import explain
from settlement.engine.facts import ChargeUse, JobFacts, Mate, restored
from settlement.engine.result import check_line
from settlement.engine.rules import compile_rules

RULES = {
    "format": 1,
    "version": "agreed-test",
    "effective_from": "2025-01-01",
    "parties": ["installer", "hq"],
    "components": [
        {"code": "BASE", "kind": "flat", "party": "installer", "amount_fen": 10_001},
        {"code": "LESS", "kind": "flat", "party": "installer", "amount_fen": -333},
        {"code": "ON_SITE", "kind": "charges", "party": "installer"},
        {"code": "HQ", "kind": "flat", "party": "hq", "amount_fen": 5_000},
        {
            "code": "REL",
            "kind": "release",
            "party": "installer",
            "base": ["BASE", "LESS"],
            "milestones": [
                {"code": "NOW", "stage": "completed", "rate_bp": 6000},
                {"code": "LATER", "stage": "followed_up"},
            ],
        },
    ],
}
BY_RULES = 9_668


def outcome(**facts: object):
    return settle(compile_rules(RULES), JobFacts(**facts))  # type: ignore[arg-type]


@pytest.mark.parametrize("agreed_fen", [0, 1, BY_RULES, 9_667, 25_000])
def test_the_agreed_price_is_paid_and_the_sum_of_the_job_stays(agreed_fen: int) -> None:
    plain, agreed = outcome(), outcome(agreed_fen=agreed_fen)
    assert agreed.totals["installer"] == agreed_fen
    assert agreed.total_fen == plain.total_fen
    assert agreed.totals["hq"] == plain.totals["hq"]
    assert agreed.totals.get("branch", 0) == BY_RULES - agreed_fen
    assert sum(line.amount_fen for line in agreed.releases) == agreed_fen
    assert all(check_line(line) for line in (*agreed.lines, *agreed.releases))
    assert [row[0] for row in agreed.rows] == list(range(1, len(agreed.rows) + 1))


def test_a_contractor_reads_the_price_and_not_what_the_rules_would_give() -> None:
    lines = outcome(agreed_fen=20_000).lines
    (mine,) = [line for line in lines if line.party == "installer"]
    assert mine.code == AGREED
    assert "200.00" in explain(mine, lambda text: text)
    assert "96.68" not in explain(mine, lambda text: text)
    (borne,) = [line for line in lines if line.code == BORNE]
    assert "103.32" in explain(borne, lambda text: text)


def test_shares_of_extra_charges_stand_beside_the_agreed_price() -> None:
    charge = ChargeUse("drilling", 4_000, 5_000, 1)
    found = outcome(agreed_fen=20_000, charges=(charge,), charged_fen=4_000)
    assert found.totals["installer"] == 22_000


def test_the_agreed_price_is_divided_among_who_shares_the_job() -> None:
    crew = (Mate(7, 1, 30), Mate(9, 1, 30))
    found = outcome(agreed_fen=20_001, crew=crew)
    assert found.payees == {"installer:7": 10_001, "installer:9": 10_000, "hq": 5_000} | {
        "branch": BY_RULES - 20_001
    }


def test_facts_without_an_agreed_price_keep_their_fingerprint() -> None:
    facts = JobFacts(paid_fen=1)
    assert "agreed_fen" not in facts.plain()
    assert restored(facts.plain()) == facts
    agreed = replace(facts, agreed_fen=5)
    assert restored(agreed.plain()).agreed_fen == 5
