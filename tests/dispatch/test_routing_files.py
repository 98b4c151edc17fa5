"""Files of known instances are read as their formats say, bad ones refused, and the judge is apart."""

from __future__ import annotations

import re

import pytest

from bench.dispatch import INSTANCES, planned, printed, solve
from bench.dispatch_files import BadFileError, read
from bench.dispatch_judge import judge

SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2          10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0          0          0          0       100          0
    1      3          4          6          0        90          1
    2      6          8          6         20        30          1
    3      0          5          4          0        90          1
"""
CVRP = """NAME : tiny
TYPE : CVRP
DIMENSION : 4
CAPACITY : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 2 2
4 0 5
DEMAND_SECTION
1 0
2 6
3 4
4 6
DEPOT_SECTION
1
-1
EOF
"""
MATRIX = """NAME: tiny
TYPE: VRPTW
DIMENSION: 3
CAPACITY: 5
VEHICLES: 1
SERVICE_TIME: 2
EDGE_WEIGHT_TYPE: EXPLICIT
EDGE_WEIGHT_FORMAT: {form}
EDGE_WEIGHT_SECTION
{rows}
DEMAND_SECTION
1 0
2 1
3 1
TIME_WINDOW_SECTION
1 0 100
2 0 50
3 10 12
DEPOT_SECTION
1
-1
EOF
"""
SQUARE = "0 4 5\n4 0 6\n5 6 0"


def kept(tmp_path, text, name="tiny.vrp"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_solomons_format_is_read_with_exact_ways(tmp_path):
    found = read(kept(tmp_path, SOLOMON, "tiny.txt"))
    assert (found.vehicles, found.capacity, found.amounts) == (2, 10, [0, 6, 6, 4])
    assert found.way[0][1:3] == [5, 10]
    assert found.windows[2] == (20, 30)
    assert found.service == [0, 1, 1, 1]


def test_ways_of_a_file_without_windows_are_whole(tmp_path):
    found = read(kept(tmp_path, CVRP))
    assert found.way[0] == [0, 1, 3, 5]
    assert found.cost([[1, 2], [3]]) == 1 + 1 + 3 + 5 + 5


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("FULL_MATRIX", SQUARE),
        ("LOWER_ROW", "4\n5 6"),
        ("LOWER_DIAG_ROW", "0\n4 0\n5 6 0"),
        ("UPPER_ROW", "4 5\n6"),
        ("UPPER_DIAG_ROW", "0 4 5\n0 6\n0"),
        ("LOWER_COL", "4 5 6"),
        ("UPPER_COL", "4\n5 6"),
    ],
)
def test_every_form_of_a_matrix_gives_the_same_ways(tmp_path, form, rows):
    found = read(kept(tmp_path, MATRIX.format(form=form, rows=rows)))
    assert found.way == [[0, 4, 5], [4, 0, 6], [5, 6, 0]]
    assert found.service == [0, 2, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither"),
        ("hello\nworld", "neither"),
        (CVRP.replace("DIMENSION : 4", "DIMENSION : 5"), "has 4 nodes; 1 to 5"),
        (CVRP.replace("CAPACITY : 10\n", ""), "CAPACITY is missing"),
        (CVRP.replace("CAPACITY : 10", "CAPACITY : ten"), "no number"),
        (CVRP.replace("3 2 2", "3 2 x"), "line 9 has something that is no number"),
        (CVRP.replace("3 2 2", "3 2"), "line 9 of NODE_COORD_SECTION has 2 numbers"),
        (CVRP.replace("3 2 2", "2 2 2"), "a second time"),
        (CVRP.replace("2 6", "2 11"), "more than a vehicle holds"),
        (CVRP.replace("2 6", "2 -6"), "0 or more"),
        (CVRP.replace("EUC_2D", "GEO"), "EDGE_WEIGHT_TYPE GEO is not read"),
        (CVRP.replace("TYPE : CVRP", "TYPE : ATSP"), "TYPE ATSP"),
        (CVRP.replace("1\n-1", "1\n2\n-1"), "only depot"),
        (MATRIX.format(form="LOWER_ROW", rows="4\n5"), "has 2 numbers; LOWER_ROW of 3 nodes has 3"),
        (MATRIX.format(form="SPIRAL", rows="4"), "SPIRAL is not read"),
        (MATRIX.format(form="FULL_MATRIX", rows=SQUARE).replace("10 12", "12 10"), "ends before"),
        (MATRIX.format(form="FULL_MATRIX", rows=SQUARE).replace("10 12", "1 2"), "nobody reaches"),
        (SOLOMON.replace("    3      0 ", "    7      0 "), "without a gap"),
        (SOLOMON.replace("  2          10", ""), "two numbers"),
        (SOLOMON.replace("5          4          0", "5          0"), "has 6 numbers"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence_and_no_trace(tmp_path, capsys, text, words):
    path = kept(tmp_path, text)
    with pytest.raises(BadFileError, match=re.escape(words)):
        read(path)
    assert solve([str(path)]) == 1
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(BadFileError, match="cannot be read"):
        read(tmp_path / "none.vrp")
    odd = tmp_path / "odd.vrp"
    odd.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFileError, match="cannot be read"):
        read(odd)


def test_what_solve_prints_the_judge_finds_true(tmp_path, capsys):
    for name, text in (("tiny.txt", SOLOMON), ("tiny.vrp", CVRP)):
        path = kept(tmp_path, text, name)
        assert solve([str(path), "--seconds", "2"]) == 0
        said = capsys.readouterr().out
        verdict = judge(path, said)
        assert verdict.broken == ()
        assert f"{verdict.cost:.2f}".startswith(said.split("Cost ")[1].strip())


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ("Route #1: 1 2\nRoute #2: 3", "route 1 is overloaded"),
        ("Route #1: 1 3", "not every customer"),
        ("Route #1: 1 3\nRoute #2: 2 2", "not every customer"),
        ("Route #1: 1\nRoute #2: 2\nRoute #3: 3", "3 vehicles"),
    ],
)
def test_the_judge_names_what_is_broken(tmp_path, routes, words):
    verdict = judge(kept(tmp_path, SOLOMON, "tiny.txt"), routes)
    assert any(words in each for each in verdict.broken)


def test_the_judge_sees_who_comes_too_late(tmp_path):
    path = kept(tmp_path, SOLOMON.replace("20        30", " 0        10"), "tiny.txt")
    assert judge(path, "Route #1: 3 2\nRoute #2: 1").broken == (
        "route 1 is at 2 at 12.71, after 10",
    )


def test_a_known_instance_is_planned_near_its_best_known_way():
    path = INSTANCES / "C109.txt"
    verdict = judge(path, printed(planned(read(path), seconds=4)))
    assert verdict.broken == ()
    assert verdict.cut <= 827.3 * 1.05
