"""Rows nobody reaches and cases nobody pays: exact for every table, with an order that shows it."""

import random
import re
import sys
from collections.abc import Callable
from itertools import product
from types import FrameType
from typing import Any

import pytest

from settlement.engine.lint import check_rules
from settlement.engine.proving.gaps import GAPS_KEPT, gap_findings
from settlement.engine.proving.tables import table_findings
from settlement.engine.reading import Section
from settlement.engine.table_reading import read_table
from settlement.engine.tables import Table
from tests.settlement.engine.bodies import body_of
from tests.settlement.engine.proving.bodies import row, said, table

TOGETHER = "row %s is never reached: the rows before it take together every order that fits it, this one goes to row %s"


def test_a_row_that_earlier_rows_take_together_is_told_with_an_order_and_who_takes_it() -> None:
    rows = (
        row("LOW", floor="< 5", rain=True),
        row("HIGH", floor=">= 5"),
        row("DRY", rain=False),
        row("NEVER", service_item=["A"]),
    )
    [(sentence, example)] = said(table("FIRST", *rows), "warning")
    assert sentence == TOGETHER % ("NEVER", "DRY")
    assert example == {"rain": False, "service_item": "A"}


def test_a_row_that_keeps_one_case_of_its_own_is_reached() -> None:
    rows = (row("LOW", floor="< 5"), row("HIGH", floor="> 5"), row("FIVE", floor="-"))
    assert said(table("FIRST", *rows), "warning") == []


def test_the_order_shown_goes_to_the_row_named_and_not_to_one_before_it() -> None:
    rows = (row("SIX", floor=6), row("WIDE", floor=">= 5"), row("NEVER", floor="[6..9]"))
    [(sentence, example)] = said(table("FIRST", *rows), "warning")
    assert sentence == "row NEVER is never reached, WIDE applies before it"
    assert example["floor"] in (7, 8, 9)


@pytest.mark.parametrize("cell", ["[5..3]", "(4..5)", "< 0"])
def test_a_cell_that_no_order_can_fit_is_told(cell: str) -> None:
    body = table("COLLECT", row("ALL"), row("NEVER", distance_m=cell))
    [(sentence, _example)] = said(body, "warning")
    assert sentence == "no order fits row NEVER: distance_m is never like that"


@pytest.mark.parametrize(
    ("rows", "gaps"),
    [
        # impossible values are no gaps: distances begin at 0, quantities at 1, there are 12 months
        ([row("A", distance_m="< 5"), row("B", distance_m=">= 5")], []),
        ([row("A", quantity="[1..3]"), row("B", quantity="> 3")], []),
        ([row("A", month="[1..6]"), row("B", month="[7..12]")], []),
        ([row("A", month="[1..6]"), row("B", month="[7..11]")], [{"month": 12}]),
        # floors and tenants' own facts can be below nothing
        ([row("A", floor=">= 0")], [{"floor": -1}]),
        # days before and after the ones named
        ([row("A", done_on=">= 2026-03-01")], [{"done_on": "2026-02-28"}]),
        ([row("A", done_on="< 2026-03-01"), row("B", done_on=">= 2026-03-01")], []),
        # a fact that decides nothing does not stand in the example
        ([row("A", floor=1, rain=True), row("B", floor="not(1)")], [{"floor": 1, "rain": False}]),
        # a job can carry two codes of a list, and none of those named
        ([row("A", tags=["x"]), row("B", tags="not(x)")], []),
        ([row("A", tags=["x"]), row("B", tags=["y"])], [{"tags": "…"}]),
    ],
)
def test_a_case_without_a_row_is_a_gap_only_if_an_order_can_be_like_that(
    rows: list[dict[str, Any]], gaps: list[dict[str, Any]]
) -> None:
    assert said(table("FIRST", *rows), "gap") == [("no row applies", gap) for gap in gaps]


def test_a_row_only_a_job_with_two_codes_reaches_is_reached() -> None:
    rows = (row("NOT-B", tags="not(b)"), row("NOT-A", tags="not(a)"), row("BOTH", tags=["a"]))
    assert said(table("FIRST", *rows), "warning") == []


@pytest.mark.parametrize(("fact", "overlaps"), [("tags", 1), ("region_path", 0)])
def test_rows_on_two_codes_overlap_where_a_job_can_have_both(fact: str, overlaps: int) -> None:
    rows = (row("A", **{fact: ["a"]}), row("B", **{fact: ["b"]}))
    found = said(table("UNIQUE", *rows), "fault")
    assert found == [("rows A and B both apply", {fact: ["a", "b"]})] * overlaps


EAST = {"SH": ["310000"], "ZJ": ["330000"], "REST": 'not("310000","330000")'}


def placed(hit: str, cells: dict[str, Any]) -> dict[str, Any]:
    return table(hit, *(row(name, region_path=cell) for name, cell in cells.items()))


def test_no_job_lies_in_two_regions_side_by_side() -> None:
    assert said(placed("UNIQUE", EAST), "fault") == []
    assert said(placed("UNIQUE", {"SH": 'not("330000")', "ZJ": 'not("310000")'}), "fault") == [
        ("rows SH and ZJ both apply", {"region_path": "…"})
    ]
    assert said(placed("FIRST", EAST), "gap") == []


def test_a_job_in_a_city_lies_in_its_province_too() -> None:
    cells = {"ZJ": ["330000"], "XIHU": ["330106"], "REST": 'not("330000","330106")'}
    both = {"region_path": ["330000", "330106"]}
    assert said(placed("UNIQUE", cells), "fault") == [("rows ZJ and XIHU both apply", both)]
    cells = {"ZJ": ["330000"], "REST": 'not("330000","330106")'}
    assert said(placed("FIRST", cells), "gap") == []


def test_of_codes_a_company_made_up_nothing_is_said_without_the_tree() -> None:
    cells = {"EAST": ["E"], "ZJ": ["330000"], "REST": 'not("E","330000")'}
    assert said(placed("UNIQUE", cells), "fault") == []
    cells = {"NOT-EAST": 'not("E")', "ZJ": ["330000"], "EAST": ["E"]}
    assert said(placed("FIRST", cells), "warning") == []


def test_gaps_beyond_the_examples_shown_are_told_once_more() -> None:
    rows = [row(f"F{n}", floor=n, rain=True) for n in range(9)]
    found = said(table("UNIQUE", *rows), "gap")
    assert [words for words, _example in found] == [
        *["no row applies"] * GAPS_KEPT, "no row applies in further cases",
    ]  # fmt: skip


def test_a_table_silent_on_purpose_has_no_gaps() -> None:
    assert said(table("UNIQUE", row("A", floor=1), no_match="skip"), "gap") == []


def test_a_table_people_say_nothing_about_is_to_be_proved() -> None:
    assert said(table("UNIQUE", row("A", floor=1)), "gap") != []


def shared(*parts: dict[str, Any]) -> dict[str, Any]:
    """A body whose components look things up in one named table."""
    rows = [row("A", city_level=["NT1"]), row("B", city_level=["T2"])]
    same = {"kind": "table", "table": "t"}
    parts = tuple({"code": f"C{n}", **same, **part} for n, part in enumerate(parts))
    return body_of({"tables": {"t": {"hit": "FIRST", "rows": rows}}, "components": list(parts)})


SOME = {"when": {"city_level": ["NT1", "T2"]}}
CONDITIONS: list[tuple[Any, list[dict[str, Any]]]] = [
    ({"city_level": ["NT1", "T2"]}, []),
    ({"city_level": ["NT1"]}, []),
    ([{"city_level": ["NT1"]}, {"city_level": ["T2"]}], []),
    ({"city_level": ["NT1", "T3"]}, [{"city_level": "T3"}]),
    ({"city_level": "not(T2)"}, [{"city_level": "…"}]),
    # the order shown is one the condition lets pass
    ({"floor": "> 5"}, [{"city_level": "…", "floor": 6}]),
    ([{"floor": "> 5", "city_level": ["T2"]}, {"floor": 3, "rain": True}],
     [{"city_level": "…", "floor": 3, "rain": True}]),
    ({}, [{"city_level": "…"}]),
]  # fmt: skip


@pytest.mark.parametrize(("when", "gaps"), CONDITIONS)
def test_only_a_case_the_component_is_for_can_be_a_gap(
    when: Any, gaps: list[dict[str, Any]]
) -> None:
    rows = (row("A", city_level=["NT1"]), row("B", city_level=["T2"]))
    body = table("FIRST", *rows, when=when)
    assert said(body, "gap") == [("no row applies", gap) for gap in gaps]


@pytest.mark.parametrize(
    ("parts", "gaps"),
    [
        ([SOME], []),
        ([SOME, {"no_match": "skip"}], []),
        ([{"no_match": "skip"}], []),
        ([SOME, {}], [{"city_level": "…"}]),
        ([SOME, {"when": {"floor": 3}}], [{"city_level": "…", "floor": 3}]),
    ],
)
def test_a_shared_table_has_gaps_where_a_component_that_asks_it_does(
    parts: list[dict[str, Any]], gaps: list[dict[str, Any]]
) -> None:
    assert said(shared(*parts), "gap") == [("no row applies", gap) for gap in gaps]


def test_a_price_is_never_silent_about_a_missing_tier() -> None:
    price = {"kind": "price", "grid": "g", "tier": "t", "no_match": "skip"}
    body = shared({"table": "t", "no_match": "skip"}, {**price, "table": None})
    del body["components"][1]["table"]
    for each in body["tables"]["t"]["rows"]:
        each |= {"coef_bp": 10_000, "amount_fen": 1}
    body["grids"] = {"g": {"rows_by": "service_item", "fen": {"*": 100}}}
    assert said(body, "gap") == [("no row applies", {"city_level": "…"})]


def test_a_region_that_widens_a_condition_is_told_the_cases_it_brings_in() -> None:
    body = table("FIRST", row("A", floor="< 5"), when={"floor": "< 5"})
    path = "/components/T/when/floor"
    body |= {"permits": [path], "overrides": {"ZJ": {path: "< 9"}}}
    found = [(each.path, each.example) for each in check_rules(body) if each.level == "gap"]
    assert found == [("rules.overrides.ZJ: rules.components[0]", {"floor": 5})]


REGIONS: list[tuple[str, list[dict[str, Any]]]] = [
    ("> 7", [{"floor": 6}]),  # 5 has no row at headquarters either
    ("> 5", []),
    (">= 4", []),  # rows that overlap there are another finding
]


@pytest.mark.parametrize(("cell", "gaps"), REGIONS)
def test_a_region_is_told_the_cases_only_its_own_values_leave_without_a_row(
    cell: str, gaps: list[dict[str, Any]]
) -> None:
    body = table("UNIQUE", row("LOW", floor="< 5"), row("HIGH", floor="> 5"))
    path = "/components/T/rows/HIGH/when/floor"
    body |= {"permits": [path], "overrides": {"ZJ": {path: cell}}}
    found = [(each.path, each.example) for each in check_rules(body) if each.level == "gap"]
    assert found == [
        ("rules.components[0]", {"floor": 5}),
        *(("rules.overrides.ZJ: rules.components[0]", gap) for gap in gaps),
    ]


def test_a_code_a_region_takes_out_of_a_row_is_a_gap_there() -> None:
    body = table("UNIQUE", row("X", service_item="A, B"))
    path = "/components/T/rows/X/when/service_item"
    body |= {"permits": [path], "overrides": {"ZJ": {path: "A"}}}
    gaps = [each.example for each in check_rules(body) if each.level == "gap"]
    assert gaps == [{"service_item": "…"}, {"service_item": "B"}]


FACTS: dict[str, list[Any]] = {
    "floor": list(range(-1, 6)),
    "rain": [False, True],
    "grade": ["G1", "G2", "else"],
    "price_band": [0, 1, 2, 3, "A", "else"],
}
CELLS: dict[str, list[Any]] = {
    "floor": ["< 2", ">= 2", "[1..3)", "(0..4]", "not(3)", 0, 4, "0, 3", "> 1, 0"],
    "rain": [True, False],
    "grade": [["G1"], ["G1", "G2"], "not(G1)", "not(G2)"],
    "price_band": [1, "A", "not(1)", "<= 2", "2, A"],
}


def random_table(chance: random.Random, hit: str) -> Table:
    rows = [
        row(f"R{n}", **{f: chance.choice(CELLS[f]) for f in FACTS if chance.random() < 0.55})
        for n in range(chance.randrange(1, 9))
    ]
    return read_table(Section({"hit": hit, "rows": rows}, "T", []), "T")


def cases_of(found: Table) -> list[tuple[Any, ...]]:
    return list(product(*(FACTS[fact] for fact in found.inputs)))


def firsts(found: Table, values: tuple[Any, ...]) -> list[str]:
    return [
        each.id for each in found.rows if all(test.matches(values[at]) for at, test in each.tests)
    ]


@pytest.mark.parametrize("seed", range(150))
def test_rows_told_as_unreachable_are_those_no_order_of_all_reaches(seed: int) -> None:
    found = random_table(random.Random(seed), "FIRST")
    reached = {hits[0] for values in cases_of(found) if (hits := firsts(found, values))}
    told = {}
    for each in table_findings("T", found):
        assert each.level == "warning"
        told[str(each.params["row"])] = each
    assert {each.id for each in found.rows} - reached == set(told)
    for name, each in told.items():
        values = tuple(each.example.get(fact, FACTS[fact][0]) for fact in found.inputs)
        fitting = firsts(found, values)
        assert name in fitting
        assert each.params["earlier"] in fitting


@pytest.mark.parametrize("seed", range(150))
def test_a_gap_is_told_exactly_if_some_order_of_all_has_no_row(seed: int) -> None:
    found = random_table(random.Random(1_000 + seed), "FIRST")
    open_cases = [values for values in cases_of(found) if not firsts(found, values)]
    gaps = list(gap_findings("T", found))
    assert bool(gaps) == bool(open_cases)
    for gap in gaps:
        for last in (0, -1):  # whatever the facts it does not name are
            values = tuple(gap.example.get(fact, FACTS[fact][last]) for fact in found.inputs)
            assert firsts(found, values) == []


@pytest.mark.parametrize("seed", range(150))
def test_two_rows_of_a_unique_table_overlap_exactly_if_an_order_of_all_fits_both(seed: int) -> None:
    found = random_table(random.Random(2_000 + seed), "UNIQUE")
    both = set()
    for values in cases_of(found):
        hits = firsts(found, values)
        both |= {(a, b) for n, a in enumerate(hits) for b in hits[n + 1 :]}
    told = list(table_findings("T", found))
    assert {(each.params["one"], each.params["two"]) for each in told} == both


def test_a_question_with_too_many_combinations_is_said_to_be_open() -> None:
    chance = random.Random(7)
    facts = [f"extra.f{n}" for n in range(60)]
    rows = [
        row(f"R{n}", **{fact: chance.choice([True, False]) for fact in chance.sample(facts, 3)})
        for n in range(300)
    ]
    assert said(table("FIRST", *rows), "gap") == [
        ("too many combinations to tell whether a row applies to every order", {})
    ]
    [(words, _example)] = said(table("FIRST", *rows, row("LAST")), "notice")
    assert re.match(r"too many combinations to tell whether \d+ rows are ever reached", words)


def price_rows(count: int) -> list[dict[str, Any]]:
    """Rows as a tariff has them: an item, a level of the city, a distance; the last takes the rest."""
    near = ["<= 5000", "(5000..20000]", "> 20000"]
    rows = [
        row(
            f"R{n}",
            service_item=[f"I{n // 6}"],
            city_level=[f"T{n // 3 % 2}"],
            distance_m=near[n % 3],
        )
        for n in range(count - 1)
    ]
    return [*rows, row("REST")]


def steps_taken(work: Callable[[], object]) -> int:
    """Lines of Python that work executes: what it costs, whatever the machine does meanwhile."""
    taken = 0

    def count(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal taken
        taken += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize("hit", ["FIRST", "UNIQUE"])
def test_twice_the_rows_cost_about_twice_the_steps(hit: str) -> None:
    def steps(count: int) -> int:
        rows = price_rows(count) if hit == "FIRST" else price_rows(count)[:-1]
        found = read_table(Section({"hit": hit, "rows": rows}, "T", []), "T")
        return steps_taken(lambda: [*table_findings("T", found), *gap_findings("T", found)])

    assert steps(400) < 2.5 * steps(200)
