"""Money paid on site: in every contract the installer gets the tariff's share, and no fee takes of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from settlement.engine.evaluate import settle
from settlement.engine.explain import explain
from settlement.engine.facts import ChargeUse, JobFacts
from settlement.engine.lint import check_rules, unsaid_rework
from settlement.engine.result import Outcome, check_line
from settlement.engine.rules import compile_rules
from settlement.gallery.reading import templates
from tests.settlement.engine.bodies import body_of, flat
from tests.settlement.engine.test_presets import NAMES, items, job, read

E2E = Path(__file__).parents[2] / "e2e" / "thread_contract.toml"
USES = (ChargeUse("parts", 5_333, 8_000, 7), ChargeUse("not_as_ordered", 2_000, 10_000, 8))
ON_SITE, THEIRS = 5_333, 4_266 + 2_000
"""What the customer pays of these charges (the second is the company's), and the installer's part."""

CONTRACTS: dict[str, tuple[Mapping[str, Any], JobFacts]] = {
    **{each.key: (each.body, each.facts) for each in templates()},
    **{name: (read(name), job(service_item=items(name)[0]["code"])) for name in NAMES},
    "thread": (tomllib.loads(E2E.read_text("utf-8")), job(service_item="HA-AC-MOVE")),
}
# The same contracts as they were published before there were extra charges.
OLD = {
    "dealer": {
        "sums": {"rest": {"of": ["fact:paid_fen", "-CHANNEL", "-VAT", "-BASE"]}},
        "components": [
            {"code": "CHANNEL", "kind": "commission", "party": "channel",
             "base": "fact:paid_fen", "rate_bp": 1500},
            {"code": "VAT", "kind": "tax", "party": "tax", "base": "fact:paid_fen", "rate_bp": 600},
            flat("BASE", 8_000),
            {"code": "DEALER", "kind": "percent", "party": "dealer", "base": "rest",
             "rate_bp": 10_000},
        ],
    },
    "net": {
        "sums": {"net": {"of": ["fact:paid_fen", "-VAT"]}, "rest": {"of": ["net", "-FEE", "-OWN"]}},
        "components": [
            {"code": "VAT", "kind": "flat", "party": "tax", "amount_fen": 700},
            {"code": "FEE", "kind": "commission", "party": "dealer", "base": "net",
             "rate_bp": 1000},
            {"code": "OWN", "kind": "percent", "base": "net", "rate_bp": 3000},
            {"code": "HQ", "kind": "percent", "party": "hq", "base": "rest", "rate_bp": 10_000},
        ],
    },
    "shares": {
        "components": [
            {"code": "SPLIT", "kind": "split", "base": "fact:paid_fen", "shares": [
                {"code": "OWN", "party": "installer", "bp": 5000},
                {"code": "HQ", "party": "hq", "bp": 5000}]},
        ],
    },
    "milestones": {
        "sums": {"rest": {"of": ["fact:paid_fen", "-BASE"]}},
        "components": [
            flat("BASE", 8_000),
            {"code": "REL", "kind": "release", "base": "BASE", "milestones": [
                {"code": "R1", "stage": "completed", "rate_bp": 6000},
                {"code": "R2", "stage": "followed_up"}]},
            {"code": "FEE", "kind": "percent", "party": "channel", "base": "rest",
             "rate_bp": 1000},
            {"code": "HQ", "kind": "percent", "party": "hq", "base": ["rest", "-FEE"],
             "rate_bp": 10_000},
        ],
    },
    "ladder": {
        "sums": {"rest": {"of": ["fact:paid_fen", "-LADDER"]}},
        "components": [
            {"code": "LADDER", "kind": "brackets", "measure": "paid_fen", "scheme": "graduated",
             "gives": "unit_fen", "per": 10_000, "brackets": [{"from": 0, "unit_fen": 4000}]},
            {"code": "HQ", "kind": "percent", "party": "hq", "base": "rest", "rate_bp": 10_000},
        ],
    },
}  # fmt: skip


def charged(facts: JobFacts) -> JobFacts:
    paid = (facts.paid_fen or 0) + ON_SITE
    return replace(facts, paid_fen=paid, charges=USES, charged_fen=ON_SITE)


def pair(body: Mapping[str, Any], facts: JobFacts) -> tuple[Outcome, Outcome]:
    """Settle the order without and with the charges; whatever is paid is handed out in both."""
    rules = compile_rules(body)
    found = settle(rules, facts), settle(rules, charged(facts))
    for outcome in found:
        assert outcome.flags == ()
        assert outcome.total_fen == outcome.facts.paid_fen
        for line in (*outcome.lines, *outcome.releases):
            assert check_line(line)
            assert "%(" not in explain(line, str)
        if outcome.releases:
            planned = sum(line.amount_fen for line in outcome.releases)
            assert planned == outcome.totals["installer"]
    return found


def fees(outcome: Outcome) -> dict[str, int]:
    """Commissions by line; what a dealer keeps as the remainder is none."""
    return {
        line.code: line.amount_fen
        for line in outcome.lines
        if line.party == "channel" or line.because["how"] == "commission"
    }


def own(outcome: Outcome) -> int:
    """What the installer has, without a share of what is left when everybody is paid."""
    mine = [line for line in outcome.lines if line.party == "installer"]
    return sum(line.amount_fen for line in mine if line.because["how"] != "split")


@pytest.mark.parametrize("name", CONTRACTS)
def test_an_extra_charge_pays_the_installer_and_no_fee_is_taken_of_it(name: str) -> None:
    before, after = pair(*CONTRACTS[name])
    assert own(after) - own(before) == THEIRS
    assert fees(after) == fees(before)


@pytest.mark.parametrize("name", OLD)
def test_rules_that_never_heard_of_extra_charges_pay_them_all_the_same(name: str) -> None:
    body = body_of(OLD[name])
    before, after = pair(body, JobFacts(paid_fen=20_000, stages=("completed",)))
    lines = {line.code: line.amount_fen for line in after.lines}
    assert (lines["CHARGE1"], lines["CHARGE2"]) == (4_266, 2_000)
    assert {line.code for line in before.lines} == {*lines} - {"CHARGE1", "CHARGE2"}
    assert fees(after) == fees(before)


def test_a_ladder_over_what_was_paid_counts_what_the_shop_sold() -> None:
    before, after = pair(body_of(OLD["ladder"]), JobFacts(paid_fen=20_000))
    assert after.totals["installer"] - before.totals["installer"] == THEIRS


def test_the_line_of_a_fee_says_what_it_leaves_out() -> None:
    _before, after = pair(body_of(OLD["dealer"]), JobFacts(paid_fen=20_000))
    fee = next(line for line in after.lines if line.code == "CHANNEL")
    assert (fee.base_fen, fee.because["of"]) == (20_000, ["fact:paid_fen", "−fact:charged_fen"])


@pytest.mark.parametrize("name", OLD)
def test_publishing_rules_that_say_nothing_of_extra_charges_is_warned_of(name: str) -> None:
    said = [
        str(found) for found in check_rules(body_of(OLD[name])) if "charged extra" in str(found)
    ]
    assert len(said) == 1
    pays = {**OLD[name], "components": [*OLD[name]["components"], {"code": "X", "kind": "charges"}]}
    assert not [found for found in check_rules(body_of(pays)) if "charged extra" in str(found)]


def test_publishing_rules_that_pay_for_rework_by_own_fault_is_warned_of() -> None:
    silent = body_of(OLD["dealer"])
    assert any("whose fault a rework is" in str(found) for found in unsaid_rework(silent))
    asked = {
        "code": "BACK",
        "kind": "reverse",
        "party": "installer",
        "base": "gross",
        "when": {"fault_own": True},
    }
    said = body_of({**OLD["dealer"], "components": [*OLD["dealer"]["components"], asked]})
    assert not any("whose fault" in str(found) for found in unsaid_rework(said))


def test_publishing_a_split_of_everything_with_the_channel_is_warned_of() -> None:
    shares = [
        {"code": "FEE", "party": "channel", "bp": 1500},
        {"code": "HQ", "party": "hq", "bp": 8500},
    ]
    part = {"code": "SPLIT", "kind": "split", "base": "fact:paid_fen", "shares": shares}
    body = body_of({"components": [part, {"code": "CHARGE", "kind": "charges"}]})
    assert any("what the shop sold" in str(found) for found in check_rules(body))


@pytest.mark.parametrize("name", [*NAMES, *(each.key for each in templates())])
def test_every_contract_of_the_house_says_who_is_paid(name: str) -> None:
    assert not [each for each in check_rules(CONTRACTS[name][0]) if "extra" in str(each)]
