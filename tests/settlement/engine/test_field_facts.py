"""Small random rule sets over the facts companies record, against the same sums in plain Decimal."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, MaterialUse, code_value, restored
from settlement.engine.result import check_line
from settlement.engine.rules import compile_rules
from tests.settlement.engine.bodies import body_of, flat

BANDS = ["1", "2", "07", "港口", "A"]
rates = st.integers(-3_000, 6_000)
fen = st.integers(0, 200_000)


def half_up(value: Decimal) -> int:
    size = int(abs(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return -size if value < 0 else size


def share(base: int, num: int, den: int = 10_000) -> int:
    return half_up(Decimal(base) * num / den)


facts = st.fixed_dictionaries({
    "price_band": st.sampled_from(BANDS).map(code_value),
    "near": st.lists(st.sampled_from(["PORT", "AIR"]), unique=True).map(tuple),
    "month": st.integers(1, 12),
    "fuel_change_bp": st.integers(-500, 900),
    "clerk": st.sampled_from(["none", "D1"]),
    "repurchase": st.booleans(),
    "delay_min": st.integers(0, 900),
    "area_month_orders": st.integers(0, 300),
    "distance_m": st.integers(0, 90_000),
    "paid_fen": st.integers(-200_000, 400_000),
    "region_path": st.sampled_from([("E",), ("W",)]),
    "materials": st.lists(
        st.builds(
            MaterialUse, st.sampled_from(["PUMP", "NUT"]), st.integers(0, 9_000), st.integers(0, 999)
        ),
        max_size=3,
    ).map(tuple),
})  # fmt: skip
rules = st.fixed_dictionaries({
    "prices": st.lists(fen, min_size=5, max_size=5),
    "pumps": st.lists(fen, min_size=5, max_size=5),
    "port_bp": rates, "fuel_from": st.integers(-200, 500), "fuel_bp": rates,
    "late_fen": st.integers(0, 5_000), "hot_bp": rates, "clerk_bp": rates, "again_bp": rates,
    "vat": st.tuples(st.integers(0, 1_300), st.integers(0, 1_300)),
})  # fmt: skip


def body(r: dict[str, Any]) -> dict[str, Any]:
    band = {"rows_by": "category", "column_by": "price_band", "columns": BANDS}
    case = {
        "parties": ["installer", "clerk", "tax", "hq"],
        "grids": {
            "price": {**band, "fen": {"X": r["prices"]}},
            "parts": {**band, "rows_by": "material", "fen": {"PUMP": r["pumps"]}},
        },
        "sums": {"rest": {"of": ["fact:paid_fen", "-VAT", "-GUIDE"]}},
        "components": [
            {"code": "BASE", "kind": "price", "grid": "price"},
            {"code": "PORT", "kind": "percent", "base": "BASE", "rate_bp": r["port_bp"],
             "when": {"near": "PORT", "month": [7, 8, 9]}},
            {"code": "FREIGHT", "kind": "per_unit", "quantity": "distance_m", "unit_fen": 137,
             "per": 1000},
            {"code": "FUEL", "kind": "percent", "base": "FREIGHT", "rate_bp": r["fuel_bp"],
             "when": {"fuel_change_bp": f">= {r['fuel_from']}"}},
            {"code": "LATE", "kind": "steps", "measure": "delay_min", "free": 30, "step": 60,
             "counted": "started", "amount_fen": -r["late_fen"], "most": 5},
            {"code": "HOT", "kind": "percent", "base": "BASE", "rate_bp": r["hot_bp"],
             "when": {"area_month_orders": "> 100"}},
            {"code": "MAT", "kind": "materials", "grid": "parts"},
            {"code": "VAT", "kind": "tax", "party": "tax", "base": "fact:paid_fen",
             "way": "extracted", "rows": [
                 {"id": "E", "when": {"region_path": "E"}, "rate_bp": r["vat"][0]},
                 {"id": "W", "when": {"region_path": "W"}, "rate_bp": r["vat"][1]}]},
            {"code": "GUIDE", "kind": "commission", "party": "clerk", "base": "fact:paid_fen",
             "when": {"clerk": 'not("none")'}, "hit": "FIRST", "rows": [
                 {"id": "AGAIN", "when": {"repurchase": True}, "rate_bp": r["again_bp"]},
                 {"id": "FIRST", "when": {}, "rate_bp": r["clerk_bp"]}]},
            {"code": "REST", "kind": "percent", "party": "hq", "base": "rest", "rate_bp": 10_000},
        ],
    }  # fmt: skip
    return body_of(case)


def oracle(r: dict[str, Any], f: dict[str, Any]) -> list[tuple[str, int]]:
    at = [code_value(band) for band in BANDS].index(f["price_band"])
    base = r["prices"][at]
    freight = share(137, f["distance_m"], 1000)
    lines = [("BASE", base)]
    if "PORT" in f["near"] and f["month"] in (7, 8, 9):
        lines.append(("PORT", share(base, r["port_bp"])))
    lines.append(("FREIGHT", freight))
    if f["fuel_change_bp"] >= r["fuel_from"]:
        lines.append(("FUEL", share(freight, r["fuel_bp"])))
    late = max(0, f["delay_min"] - 30)
    lines.append(("LATE", -r["late_fen"] * min(5, (late + 59) // 60)))
    if f["area_month_orders"] > 100:
        lines.append(("HOT", share(base, r["hot_bp"])))
    for number, use in enumerate(f["materials"], start=1):
        unit = r["pumps"][at] if use.code == "PUMP" else use.unit_price_fen
        lines.append((f"MAT{number}", share(unit, use.milli_qty, 1000)))
    rate = r["vat"][0 if f["region_path"] == ("E",) else 1]
    vat = share(f["paid_fen"], rate, 10_000 + rate)
    guide = 0
    if f["clerk"] != "none":
        guide = share(f["paid_fen"], r["again_bp" if f["repurchase"] else "clerk_bp"])
    lines += [("VAT", vat), ("GUIDE", guide), ("REST", f["paid_fen"] - vat - guide)]
    return [line for line in lines if line[1]]


@settings(deadline=None, max_examples=150)
@given(r=rules, f=facts)
def test_random_rules_over_recorded_facts_equal_plain_sums(
    r: dict[str, Any], f: dict[str, Any]
) -> None:
    outcome = settle(compile_rules(body(r)), JobFacts(category="X", **f))
    assert outcome.flags == ()
    assert [(line.code, line.amount_fen) for line in outcome.lines] == oracle(r, f)
    assert all(check_line(line) for line in outcome.lines)


def test_a_fact_nobody_knows_makes_its_line_provisional() -> None:
    case = {
        "grids": {"parts": {"rows_by": "material", "column_by": "cost_level", "columns": [1],
                            "fen": {"PUMP": [100]}}},
        "components": [
            flat("BASE", 1000),
            {"code": "PORT", "kind": "percent", "base": "BASE", "rate_bp": 500,
             "when": {"near": "PORT"}},
            {"code": "VAT", "kind": "tax", "base": "BASE",
             "rows": [{"id": "E", "when": {"region_path": "E"}, "rate_bp": 600}]},
            {"code": "MAT", "kind": "materials", "grid": "parts"},
        ],
    }  # fmt: skip
    outcome = settle(compile_rules(body_of(case)), restored({"materials": [["PUMP", 1000, 1]]}))
    waiting = {line.code: line.because["unknown"] for line in outcome.lines if line.provisional}
    assert waiting == {"PORT": ["near"], "VAT": ["region_path"], "MAT": ["cost_level"]}


@pytest.mark.parametrize(
    ("around", "fen"),
    [(("E",), 100), (("E", "33", "3301"), 300), (("E", "31"), 100), (("W", "51"), 900)],
)
def test_a_price_by_region_is_that_of_the_nearest_region_with_one(
    around: tuple[str, ...], fen: int
) -> None:
    prices = {"E": 100, "33": 300, "*": 900}
    columns = {"column_by": "region_path", "columns": [*prices]}
    for grid in (
        {"rows_by": ["region_path"], "fen": prices},
        {"rows_by": "category", "fen": {"X": [*prices.values()]}, **columns},
    ):
        case = {
            "grids": {"g": grid}, "components": [{"code": "BASE", "kind": "price", "grid": "g"}],
        }  # fmt: skip
        facts = JobFacts(category="X", region_path=around)
        assert settle(compile_rules(body_of(case)), facts).total_fen == fen


def test_later_facts_leave_older_fingerprints_alone() -> None:
    assert "near" not in JobFacts(paid_fen=1).plain()
    known = JobFacts(near=("PORT",), delay_min=0, tags=())
    assert restored(known.plain()) == known


def test_a_code_is_the_same_in_cells_columns_and_facts_and_never_compared_across_kinds() -> None:
    case = {"components": [
        {"code": "LOW", "kind": "flat", "amount_fen": 1, "when": {"price_band": "< 5"}},
        {"code": "SAME", "kind": "flat", "amount_fen": 2, "when": {"price_band": '"3", 港口'}},
        {"code": "IN", "kind": "flat", "amount_fen": 4, "when": {"price_band": "[3..9]"}},
    ]}  # fmt: skip
    rules_here = compile_rules(body_of(case))
    totals = {
        band: settle(rules_here, JobFacts(price_band=code_value(band))).total_fen
        for band in ("3", "4", "9", "03", "港口", "A")
    }
    assert totals == {"3": 7, "4": 5, "9": 4, "03": 0, "港口": 2, "A": 0}
