"""Places of a rule body: every difference named, and made again on another body."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from settlement.engine.paths import applied, changes, join, split

BODY: dict[str, Any] = {
    "version": "1",
    "parties": ["installer", "hq"],
    "components": [
        {"code": "BASE", "kind": "flat", "amount_fen": 100},
        {"code": "NIGHT", "kind": "percent", "rate_bp": 2000, "base": "BASE"},
        {"code": "RAIN", "kind": "percent", "rate_bp": 1500, "base": ["BASE", "NIGHT"]},
    ],
    "tables": {"a/b": {"hit": "FIRST", "rows": [{"id": "R1", "when": {"rain": True}}]}},
}


def changed(change: Any) -> dict[str, Any]:
    body = copy.deepcopy(BODY)
    change(body)
    return body


CASES = {
    "a rate": (
        lambda b: b["components"][1].update(rate_bp=2500),
        {"/components/NIGHT/rate_bp": (2000, 2500)},
    ),
    "a component put in between": (
        lambda b: b["components"].insert(1, {"code": "DIST", "kind": "flat"}),
        {
            "/components/DIST": (None, {"code": "DIST", "kind": "flat"}),
            "/components/#": (["BASE", "NIGHT", "RAIN"], ["BASE", "DIST", "NIGHT", "RAIN"]),
        },
    ),
    "a component taken away": (
        lambda b: b["components"].pop(0),
        {
            "/components/BASE": (BODY["components"][0], None),
            "/components/#": (["BASE", "NIGHT", "RAIN"], ["NIGHT", "RAIN"]),
        },
    ),
    "two changed places": (
        lambda b: b["components"].reverse(),
        {"/components/#": (["BASE", "NIGHT", "RAIN"], ["RAIN", "NIGHT", "BASE"])},
    ),
    "a cell of a table whose name needs escaping": (
        lambda b: b["tables"]["a/b"]["rows"][0]["when"].update(rain=False),
        {"/tables/a~1b/rows/R1/when/rain": (True, False)},
    ),
    "a list of plain values as a whole": (
        lambda b: b["parties"].append("tax"),
        {"/parties": (["installer", "hq"], ["installer", "hq", "tax"])},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_difference_is_named_by_its_place_and_made_again_or_taken_back(name):
    change, places = CASES[name]
    after = changed(change)
    found = changes(BODY, after)
    assert {path: tuple(each) for path, each in found.items()} == places
    assert applied(BODY, {path: each.now for path, each in found.items()}) == after
    assert applied(after, {path: each.was for path, each in found.items()}) == BODY


def test_an_order_leaves_what_it_does_not_know_behind_its_neighbour():
    theirs = changed(lambda b: b["components"].insert(2, {"code": "NEW", "kind": "flat"}))
    moved = applied(theirs, {"/components/#": ["RAIN", "BASE", "NIGHT"]})
    assert [each["code"] for each in moved["components"]] == ["RAIN", "BASE", "NIGHT", "NEW"]


def test_a_place_inside_something_taken_away_is_left_out():
    assert applied(BODY, {"/components/GONE/rate_bp": 1}) == BODY


@pytest.mark.parametrize("steps", [["a", "b"], ["a/b", "~1"], ["空调", "#"]])
def test_a_path_is_read_as_it_was_written(steps):
    assert split(join(steps)) == steps
