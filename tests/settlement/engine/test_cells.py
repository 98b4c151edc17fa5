"""Cells of decision tables: which values they match, and which texts are refused."""

from typing import Any

import pytest

from settlement.engine.cells import CellError, read_cell

MATCHES: list[tuple[object, str, list[Any], list[Any]]] = [
    ("-", "number", [0, 99], []),
    ("T1", "text", ["T1"], ["T2"]),
    ('"T1", "NT1"', "text", ["T1", "NT1"], ["T2"]),
    (["T1", "NT1"], "text", ["NT1"], ["T2"]),
    ('not("T1","T2")', "text", ["T3"], ["T1", "T2"]),
    ("< 5", "number", [4], [5]),
    (">= 5, 1", "number", [5, 1], [4]),
    ("[1..5)", "number", [1, 4], [0, 5]),
    ("(1..5]", "number", [2, 5], [1, 6]),
    ("]1..5[", "number", [2, 4], [1, 5]),
    ("not([1..5])", "number", [0, 6], [1, 5]),
    ("-5", "number", [-5], [5]),
    (True, "flag", [True], [False]),
    ("not(true)", "flag", [False], [True]),
    ("[2025-05-01..2025-05-05]", "date", ["2025-05-01", "2025-05-05"], ["2025-05-06"]),
    ("3301", "codes", [("33", "3301")], [("32",)]),
    ('not("3301")', "codes", [("33",), ()], [("33", "3301")]),
]


@pytest.mark.parametrize(("cell", "kind", "yes", "no"), MATCHES)
def test_a_cell_matches_exactly_its_values(
    cell: object, kind: str, yes: list[Any], no: list[Any]
) -> None:
    test = read_cell(cell, kind)
    assert [value for value in [*yes, *no] if test.matches(value)] == yes


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("abc", "number"), (1, "text"), (1, "flag"), (True, "number"), ("> T1", "text"), ([], "text"),
     ("", "text"), ("[1..x]", "number"), ("2025-5-1", "date"), (1.5, "number"), (None, "text")],
)  # fmt: skip
def test_a_cell_of_the_wrong_kind_is_refused(cell: object, kind: str) -> None:
    with pytest.raises(CellError):
        read_cell(cell, kind)
