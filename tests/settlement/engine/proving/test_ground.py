"""What a company sells and where: items without a price, and tables over its own regions."""

import sys
from typing import Any

import pytest

from settlement.engine.lint import check_rules
from settlement.engine.proving.ground import Ground
from settlement.engine.proving.prices import price_findings
from tests.settlement.engine.bodies import body_of
from tests.settlement.engine.proving.bodies import row, table

ITEMS = {"AC": "air", "TV": "screen", "WM": "washing"}
CITIES = {
    "EAST": {"region": "EAST", "region_path": ("EAST",), "price_band": 1},
    "330000": {"region": "330000", "region_path": ("EAST", "330000"), "price_band": 1},
    "330100": {
        "region": "330100", "region_path": ("EAST", "330000", "330100"), "city": "330100",
        "price_band": 2,
    },
    "WEST": {"region": "WEST", "region_path": ("WEST",), "price_band": 3},
    "510100": {
        "region": "510100", "region_path": ("WEST", "510100"), "city": "510100", "price_band": 4,
    },
}  # fmt: skip
GROUND = Ground(items=ITEMS, places=list(CITIES.values()), channels=("manual", "tmall"))


def priced(fen: dict[str, Any], when: Any = None, **grid: Any) -> dict[str, Any]:
    """A body with one price component over a list of prices."""
    part = {"code": "BASE", "kind": "price", "grid": "g"} | ({"when": when} if when else {})
    return body_of({
        "grids": {"g": {"rows_by": "service_item", "fen": fen, **grid}}, "components": [part],
    })  # fmt: skip


def gaps(body: dict[str, Any], ground: Ground = GROUND) -> list[tuple[str, dict[str, Any]]]:
    found = [each for each in check_rules(body, ground) if each.level == "gap"]
    return [(each.message % each.params, dict(each.example)) for each in found]


def test_items_on_sale_without_a_row_are_one_gap_with_a_job_that_has_no_price() -> None:
    assert gaps(priced({"AC": 100})) == [
        ("items on sale without a price here (2): TV, WM", {"service_item": "TV"})
    ]
    many = Ground(items={f"I{n}": "x" for n in range(300)})
    [(words, example)] = gaps(priced({"I7": 100}), many)
    assert "(299)" in words
    assert example == {"service_item": "I0"}


@pytest.mark.parametrize(
    ("fen", "grid", "when"),
    [
        ({"AC": 1, "TV": 1, "WM": 1}, {}, None),
        ({"AC": 1, "*": 1}, {}, None),
        ({"air": 1, "TV": 1, "washing": 1}, {"rows_by": ["service_item", "category"]}, None),
        # what the component is not for
        ({"AC": 1}, {}, {"service_item": "AC"}),
        ({"AC": 1, "TV": 1}, {}, {"category": "not(washing)"}),
        ({"AC": 1, "TV": 1}, {}, [{"service_item": "AC"}, {"category": "screen", "rain": True}]),
    ],
)
def test_an_item_with_a_row_or_out_of_the_components_condition_is_no_gap(
    fen: dict[str, int], grid: dict[str, Any], when: Any
) -> None:
    assert gaps(priced(fen, when, **grid)) == []


def test_of_two_components_with_one_list_one_has_to_price_the_item() -> None:
    body = priced({"AC": 1, "TV": 1}, {"service_item": ["AC"]})
    other = {**body["components"][0], "code": "MORE", "when": {"category": "washing", "floor": 3}}
    body["components"].append(other)
    assert gaps(body) == [
        ("items on sale without a price here (1): WM",
         {"service_item": "WM", "category": "washing", "floor": 3})
    ]  # fmt: skip


def test_the_job_shown_is_one_the_condition_lets_pass() -> None:
    [(_words, example)] = gaps(priced({"AC": 1, "TV": 1}, {"quantity": "> 3", "rain": False}))
    assert example == {"service_item": "WM", "quantity": 4, "rain": False}


def test_a_list_nobody_prices_with_has_no_gaps() -> None:
    body = priced({"AC": 1, "*": 1})
    body["grids"]["spare"] = {"rows_by": "service_item", "fen": {"AC": 1}}
    assert gaps(body) == []


BANDS = {"column_by": "price_band", "columns": [1, 2, 3]}


def test_a_price_band_the_company_uses_without_a_column_is_a_gap() -> None:
    body = priced({"*": [1, 2, 3]}, **BANDS)
    assert gaps(body) == [("no price where price_band is 4 (1)", {"price_band": 4})]
    assert gaps(priced({"*": [1, 2]}, column_by="price_band", columns=[1, "*"])) == []


def test_a_column_is_only_missed_where_the_component_is_for_the_place() -> None:
    east = {"region_path": ["EAST"]}
    assert gaps(priced({"*": [1, 2, 3]}, east, **BANDS)) == []
    west = {"region_path": ["WEST"]}
    [(_words, example)] = gaps(priced({"*": [1, 2, 3]}, west, **BANDS))
    assert example == {"price_band": 4, "region_path": ["WEST", "510100"]}


def test_a_channel_orders_come_with_and_no_column_names_is_a_gap() -> None:
    body = priced({"*": [1]}, column_by="channel", columns=["tmall"])
    assert gaps(body) == [("no price where channel is manual (1)", {"channel": "manual"})]


def test_rows_that_are_places_cover_the_regions_in_them() -> None:
    grid = {"rows_by": "region_path", "column_by": "service_item", "columns": ["*"]}
    assert gaps(priced({"EAST": [1], "WEST": [2]}, **grid)) == []
    [(words, example)] = gaps(priced({"EAST": [1], "510100": [2]}, **grid))
    assert words == "no price where region_path is WEST (1)"
    assert example == {"region_path": ["WEST"]}


def test_an_item_is_missed_only_where_no_row_of_its_place_prices_it() -> None:
    grid = {"rows_by": ["service_item", "region"]}
    assert gaps(priced({"AC": 1, **dict.fromkeys(CITIES, 1)}, **grid)) == []
    fen = {"AC": 1, **{code: 1 for code in CITIES if code != "510100"}}
    assert gaps(priced(fen, **grid)) == [
        ("items on sale without a price here (2): TV, WM",
         {"service_item": "TV", "region": "510100"})
    ]  # fmt: skip


def test_a_region_whose_values_open_a_condition_is_told_the_items_it_brings_in() -> None:
    body = priced({"AC": 1}, {"service_item": "AC"})
    path = "/components/BASE/when/service_item"
    body |= {"permits": [path], "overrides": {"ZJ": {path: "AC, TV"}}}
    found = [each for each in check_rules(body, GROUND) if each.level == "gap"]
    assert [(each.path, each.example) for each in found] == [
        ("rules.overrides.ZJ: rules.grids.g", {"service_item": "TV"})
    ]


def placed(hit: str, **cells: Any) -> dict[str, Any]:
    return table(hit, *(row(name, region_path=cell) for name, cell in cells.items()))


def found(body: dict[str, Any], level: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (each.message % each.params, dict(each.example))
        for each in check_rules(body, GROUND)
        if each.level == level
    ]


def test_a_table_that_names_every_large_region_covers_every_job() -> None:
    whole = placed("UNIQUE", E=["EAST"], W=["WEST"])
    assert gaps(whole) == []
    assert gaps(whole, Ground()) == [("no row applies", {"region_path": "…"})]
    assert gaps(placed("UNIQUE", E=["EAST"])) == [("no row applies", {"region_path": "WEST"})]


def test_a_city_lies_in_its_large_region_whatever_their_codes_are() -> None:
    both = {"region_path": ["EAST", "330100"]}
    body = placed("UNIQUE", E=["EAST"], HZ=["330100"], W=["WEST"])
    assert found(body, "fault") == [("rows E and HZ both apply", both)]
    body = placed("FIRST", E=["EAST"], HZ=["330100"], W=["WEST"])
    [(words, _example)] = found(body, "warning")
    assert words == "row HZ is never reached, E applies before it"


def test_two_large_regions_never_meet_though_their_codes_do_not_say_so() -> None:
    assert found(placed("UNIQUE", E=["EAST"], W=["WEST"]), "fault") == []
    body = placed("FIRST", E='not("EAST")', W='not("WEST")', BOTH=["EAST"])
    [(words, _example)] = found(body, "warning")
    assert "BOTH" in words


def test_a_region_the_company_does_not_have_is_a_cell_no_order_fits() -> None:
    [(words, _example)] = found(placed("FIRST", X=["NORTH"], ALL="-"), "warning")
    assert words == "no order fits row X: region_path is never like that"


@pytest.mark.parametrize(
    ("fact", "cells", "left"),
    [
        ("city", {"A": ["330100"], "B": ["510100"]}, []),
        ("city", {"A": ["330100"]}, ["510100"]),
        ("region", {"A": 'not("WEST")', "B": ["WEST"]}, []),
    ],
)
def test_cities_and_regions_are_those_the_company_has(
    fact: str, cells: dict[str, Any], left: list[str]
) -> None:
    body = table("UNIQUE", *(row(name, **{fact: cell}) for name, cell in cells.items()))
    assert [example for _words, example in gaps(body)] == [{fact: code} for code in left]


def test_items_and_places_are_gone_through_once_and_not_each_with_each() -> None:
    def calls(n: int) -> int:
        items = {f"I{k}": f"C{k}" for k in range(n)}
        places = [{"region": f"R{k}", "region_path": ("CN", f"R{k}")} for k in range(n)]
        rows_by = ["service_item", "region_path"]
        body = priced({"X": 100}, {"region_path": ["R0"]}, rows_by=rows_by)
        seen = 0

        def count(_frame: Any, event: str, _what: Any) -> None:
            nonlocal seen
            seen += event == "call"

        sys.setprofile(count)
        try:
            found = list(price_findings(body, Ground(items, places)))
        finally:
            sys.setprofile(None)
        assert [one.params["n"] for one in found] == [str(n)]
        return seen

    assert calls(80) < 2.5 * calls(40)
