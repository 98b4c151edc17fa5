"""The demo contracts: every catalog item has a price, money is conserved, no fault is left."""

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from settlement.engine.evaluate import settle
from settlement.engine.explain import explain
from settlement.engine.facts import ChargeUse, JobFacts, MaterialUse, VisitPart
from settlement.engine.lint import check_rules
from settlement.engine.result import Outcome, check_line
from settlement.engine.rules import compile_rules

ROOT = Path(__file__).parents[3]
NAMES = ("home_appliances", "ev_chargers", "bathrooms")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "settlement" / "presets" / f"{name}.toml").read_text("utf-8"))


def items(name: str) -> list[dict[str, Any]]:
    pack = tomllib.loads((ROOT / "catalog" / "packs" / f"{name}.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = pack["items"]
    return found


def job(**facts: Any) -> JobFacts:
    usual: dict[str, Any] = {
        "month": 7, "category": "空调", "service_item": "HA-AC-15", "city_level": "NT1",
        "warehouse_direct": False, "site_kind": "urban", "night": False, "distance_m": 21_000,
        "rain": False, "urgent": False, "high_work": False, "grade": "G2", "branch": "b1",
        "home_branch": "b1", "field_days": 0, "visits": (), "materials": (),
        "installer_month_orders": 5, "rework": False, "fault_own": False, "channel": "youzan",
        "reschedule_count": 0, "paid_fen": 30_000,
    }  # fmt: skip
    return JobFacts(**{**usual, **facts})


def settled(name: str, **facts: Any) -> Outcome:
    return settle(compile_rules(read(name)), job(**facts))


def amount(outcome: Outcome, code: str) -> int:
    return sum(line.amount_fen for line in outcome.lines if line.code == code)


@pytest.mark.parametrize("name", NAMES)
def test_every_catalog_item_has_a_price_of_its_own(name: str) -> None:
    for item in items(name):
        outcome = settled(name, service_item=item["code"], category=item["category"])
        assert outcome.flags == ()
        base = outcome.lines[0]
        assert base.because["row"] == item["code"]
        assert 0 < base.amount_fen < item["list_price_fen"]


@pytest.mark.parametrize("name", NAMES)
def test_a_new_item_takes_its_category_and_an_unknown_one_is_flagged(name: str) -> None:
    category = items(name)[0]["category"]
    assert settled(name, service_item="NEW-1", category=category).flags == ()
    assert "no_price" in settled(name, service_item="NEW-1", category="钢琴").flags


@pytest.mark.parametrize("name", NAMES)
def test_no_fault_is_left(name: str) -> None:
    assert [str(found) for found in check_rules(read(name)) if found.level == "fault"] == []


@pytest.mark.parametrize("name", NAMES)
def test_everything_paid_is_handed_out_whatever_the_facts(name: str) -> None:
    flags = product([False, True], repeat=6)
    item = items(name)[0]["code"]
    for (rain, night, urgent, away, rework, own), rating in product(flags, [None, 20, 50]):
        outcome = settled(
            name, service_item=item, rain=rain, night=night, urgent=urgent, rework=rework,
            fault_own=own, home_branch="b2" if away else "b1", rating_x10=rating,
            visits=(VisitPart("2025-10-01", 3, "holiday", 1000, 1180),) if night else (),
            materials=(MaterialUse("M", 1500, 3801),),
        )  # fmt: skip
        assert outcome.flags == ()
        assert outcome.total_fen == 30_000
        assert sum(r.amount_fen for r in outcome.releases) == outcome.totals["installer"]
        for line in (*outcome.lines, *outcome.releases):
            assert check_line(line)
            assert "%(" not in explain(line, str)


@pytest.mark.parametrize(
    ("facts", "code", "fen"),
    [
        ({"city_level": "T1"}, "BASE", 12_000),
        ({"city_level": "NT1"}, "BASE", 9_000),
        ({"city_level": "NT1", "warehouse_direct": True}, "BASE", 8_200),
        ({"city_level": "NT1", "warehouse_direct": True}, "TIERALW", 2_600),
        ({"distance_m": 14_999}, "DIST", 0),
        ({"distance_m": 15_000}, "DIST", 720),
        ({"distance_m": 15_001}, "DIST", 720),
        ({"home_branch": "b2"}, "CROSS", 12_000),
        ({"home_branch": "b2", "field_days": 2}, "CROSS", 0),
        ({"home_branch": "b2", "field_days": 2}, "FIELD", 30_000),
        ({"urgent": True}, "URGENT", 2_700),
        ({"rain": True}, "RAIN", 192),
        ({}, "CHANNEL", 4_500),
        ({}, "VAT", 1_800),
        ({"channel": "offline"}, "CHANNEL", 0),
    ],
)
def test_home_appliances_pay_by_tier_distance_and_surcharge(
    facts: dict[str, Any], code: str, fen: int
) -> None:
    assert amount(settled("home_appliances", **facts), code) == fen


@pytest.mark.parametrize(
    ("facts", "rule", "base_fen", "allowance_fen"),
    [
        ({}, "T-URBAN", 26_000, 0),
        ({"site_kind": "highway"}, "T-VIP", 33_800, 0),
        ({"site_kind": "highway", "night": True}, "T-VIP-N", 33_800, 5_000),
        ({"site_kind": "remote"}, "T-EMERG", 39_000, 8_000),
    ],
)
def test_chargers_pay_by_the_kind_of_site(
    facts: dict[str, Any], rule: str, base_fen: int, allowance_fen: int
) -> None:
    outcome = settled("ev_chargers", service_item="EV-AC-7", category="交流桩", **facts)
    assert (outcome.lines[0].rule, outcome.lines[0].amount_fen) == (rule, base_fen)
    assert amount(outcome, "TIERALW") == allowance_fen


@pytest.mark.parametrize(("name", "fee_fen"), [("ev_chargers", 3_000), ("bathrooms", 2_000)])
@pytest.mark.parametrize(
    ("reschedules", "charged", "fees"), [(1, 0, 1), (1, 1, 0), (2, 1, 1), (0, 1, 0), (3, 0, 2)]
)
def test_coming_again_is_paid_once_by_the_rules_or_by_the_charge(
    name: str, fee_fen: int, reschedules: int, charged: int, fees: int
) -> None:
    item = items(name)[0]
    charges = tuple(ChargeUse("second_visit", 3_000, 10_000, 0) for _n in range(charged))
    outcome = settled(
        name, service_item=item["code"], category=item["category"],
        reschedule_count=reschedules, charges=charges,
    )  # fmt: skip
    assert amount(outcome, "RETURN") == fees * fee_fen
    paid = sum(line.amount_fen for line in outcome.lines if line.code.startswith("CHARGE"))
    assert paid == charged * 3_000
    assert sum(outcome.totals.values()) == 30_000
