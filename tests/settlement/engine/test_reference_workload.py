"""The reference workload through the real engine: worked orders, any other order, bad orders."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.reference_workload import OrderError, contracts, facts_of, main, settled, version_for
from settlement.engine.evaluate import settle
from settlement.engine.result import check_line
from tests.settlement.engine.oracle import settle_order

REFERENCE = Path(__file__).parents[2] / "golden" / "reference"
ORDERS = [json.loads(line) for line in (REFERENCE / "orders.jsonl").read_text("utf-8").splitlines()]
WANTED = (REFERENCE / "expected_lines.jsonl").read_text("utf-8").splitlines()
BODIES = {
    version: json.loads((REFERENCE / f"ruleset-{version}.json").read_text("utf-8"))
    for version in ("2025.1", "2025.2")
}
VERSIONS = contracts()
SOME = BODIES["2025.1"]
THRESHOLDS = [12000, 15000, 17000, 19999, 20000, 20001, 62000, 65000]


@st.composite
def any_order(draw: st.DrawFn) -> dict[str, Any]:
    """An order of the shape, edges preferred: thresholds hit, nothing paid, no rating, boundary days."""
    number, flag = st.integers, st.booleans()
    fixed = st.sampled_from
    return {
        "id": draw(number(0, 99)),
        "done_on": draw(fixed(["2025-01-01", "2025-06-30", "2025-07-01", "2026-02-28"])),
        "month": draw(number(1, 12)),
        "category": draw(fixed(sorted(SOME["price_fen"]))),
        "qty": draw(number(0, 9)),
        "city": draw(fixed(sorted(SOME["cities"]))),
        "site": draw(fixed(["urban", "highway", "remote"])),
        "warehouse_direct": draw(flag),
        "distance_m": draw(st.one_of(fixed(THRESHOLDS), number(0, 200_000))),
        "rain": draw(flag),
        "night": draw(flag),
        "urgent": draw(flag),
        "high_work": draw(flag),
        "grade": draw(fixed(["G1", "G2", "G3", "G4", "G5"])),
        "home_branch": draw(fixed(["B01", "B08", "B09", "B12", "B99"])),
        "field_days": draw(number(0, 4)),
        "materials": draw(
            st.lists(st.lists(number(0, 20_000), min_size=2, max_size=2), max_size=5)
        ),
        "rating_x10": draw(st.none() | number(0, 50)),
        "rework_own_fault": draw(flag),
        "stage": draw(fixed(["open", "debug", "accepted"])),
        "channel": draw(fixed(["youzan", "tmall", "wecom", "offline"])),
        "paid_fen": draw(st.one_of(fixed([0, 1, 3, 17]), number(-50_000, 300_000))),
        "installer_month_orders": draw(st.one_of(fixed([0, 19, 20, 39, 40, 60]), number(0, 99))),
    }


def printed(order: dict[str, Any]) -> dict[str, Any]:
    (answer,) = settled(iter([json.dumps(order)]), VERSIONS)
    assert isinstance(answer, str), answer
    result: dict[str, Any] = json.loads(answer)
    return result


def test_the_worked_orders_agree_byte_for_byte(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settle", str(REFERENCE / "orders.jsonl")]) == 0
    assert capsys.readouterr().out.splitlines() == WANTED


def test_the_oracle_agrees_with_the_worked_orders() -> None:
    for order, text in zip(ORDERS, WANTED, strict=True):
        wanted = json.loads(text)
        assert settle_order(order, BODIES[wanted["rule_version"]]) == wanted["lines"]


@settings(max_examples=400, deadline=None)
@given(any_order())
def test_any_other_order_agrees_with_the_oracle(order: dict[str, Any]) -> None:
    result = printed(order)
    assert result["rule_version"] == ("2025.1" if order["done_on"] < "2025-07-01" else "2025.2")
    assert result["lines"] == settle_order(order, BODIES[result["rule_version"]])


@settings(max_examples=200, deadline=None)
@given(any_order())
def test_everything_paid_is_handed_out_and_every_line_proves_itself(order: dict[str, Any]) -> None:
    compiled = version_for(VERSIONS, order["done_on"])
    outcome = settle(compiled, facts_of(order, compiled))
    assert outcome.total_fen == order["paid_fen"]
    assert sum(line.amount_fen for line in outcome.releases) == outcome.totals["installer"]
    rest = order["paid_fen"] - sum(
        outcome.totals.get(p, 0) for p in ("installer", "channel", "tax")
    )
    assert rest == sum(outcome.totals.get(p, 0) for p in ("hq", "branch", "agent"))
    assert all(check_line(line) for line in (*outcome.lines, *outcome.releases))


@pytest.mark.parametrize(
    "change",
    [{"materials": None}, {"rating_x10": None}, {"note": "more", "installer": None}],
    ids=["no materials", "no rating", "other fields"],
)
def test_what_may_be_missing_or_added_changes_nothing_else(change: dict[str, Any]) -> None:
    order = {**ORDERS[0], **change}
    assert printed(order)["lines"] == settle_order(order, BODIES["2025.1"])
    bare = {key: value for key, value in order.items() if value is not None}
    assert printed(bare)["lines"] == printed(order)["lines"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"channel": "kiosk"}, "no_rule"),
        ({"category": "PIANO"}, "no_price"),
        ({"grade": "G9"}, "no_rule"),
        ({"city": "C999"}, "unknown city C999"),
        ({"stage": "lost"}, "unknown stage lost"),
        ({"done_on": "2024-12-31"}, "no version is in force on 2024-12-31"),
        ({"paid_fen": 12.5}, "paid_fen must be int, not 12.5"),
        ({"night": 1}, "night must be bool, not 1"),
        ({"distance_m": None}, "distance_m must be int, not None"),
        ({"rating_x10": "5"}, "rating_x10 must be int or null"),
        ({"materials": [[1]]}, "materials are [milli-units, fen]"),
    ],
)
def test_an_order_that_cannot_be_settled_is_named(change: dict[str, Any], said: str) -> None:
    (answer,) = settled(iter([json.dumps({**ORDERS[0], **change})]), VERSIONS)
    assert isinstance(answer, OrderError)
    assert said in str(answer)


def test_a_bad_line_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_text("\n".join([json.dumps(ORDERS[0]), "{", "[]", "", json.dumps(ORDERS[1])]))
    assert main(["settle", str(path)]) == 1
    printed_lines = capsys.readouterr()
    assert printed_lines.out.splitlines() == WANTED[:2]
    assert [text[:6] for text in printed_lines.err.splitlines()] == ["line 2", "line 3"]
