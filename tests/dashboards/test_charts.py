"""The heat table and the provinces drawn from sums."""

from __future__ import annotations

import pytest

from dashboards.charts import MOST_COLUMNS, OTHERS, Sums, matrix, province_tiles
from dashboards.figures import Figures
from dashboards.forms import Measure

UNITS = {"wan": "万元", "yuan": "元", "percent": "%", "orders": "单"}


def worth(yuan, orders=1, margin=30):
    fen = yuan * 100
    cut = fen * margin // 100
    return Figures(orders, fen, fen - cut, 0, 0, 0, cut)


def drawn(now, before=None, measure=Measure.REVENUE, odd=()):
    columns = {column: f"城{column}" for _item, column in now}
    items = {item: f"项{item}" for item, _column in now}
    sums = Sums(now, before or {}, items, columns, frozenset(odd))
    return matrix(sums, measure, units=UNITS, others="其他")


def test_rows_and_columns_come_by_falling_revenue_and_the_sums_are_those_of_the_cells():
    table = drawn({(1, 1): worth(100), (2, 1): worth(900), (2, 2): worth(500)})
    assert [row.name for row in table.rows] == ["项2", "项1"]
    assert [head.name for head in table.heads] == ["城1", "城2"]
    assert [[cell.words for cell in row.cells] for row in table.rows] == [
        ["900", "500"],
        ["100", "—"],
    ]
    assert [row.sum for row in table.rows] == ["1,400", "100"]
    assert [head.sum for head in table.heads] == ["1,000", "500"]
    assert (table.sum, table.unit) == ("1,500", "元")


def test_columns_beyond_the_widest_table_are_one_and_lose_no_fen():
    table = drawn({(1, column): worth(column) for column in range(1, 16)})
    assert len(table.heads) == MOST_COLUMNS + 1
    assert table.heads[-1].column == OTHERS
    assert table.heads[-1].sum == "6"
    assert table.sum == "120"
    assert not table.rows[0].cells[-1].opens


def test_sums_from_a_hundred_thousand_yuan_on_are_in_ten_thousands():
    table = drawn({(1, 1): worth(606_000), (1, 2): worth(42_000)})
    assert [cell.words for cell in table.rows[0].cells] == ["60.6", "4.2"]
    assert table.unit == "万元"


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (Measure.PAYOUT, "700"),
        (Measure.MARGIN, "300"),
        (Measure.RATE, "30.0%"),
        (Measure.ORDERS, "4"),
        (Measure.CHANGE, "+25.0%"),
    ],
)
def test_each_measure_prints_its_own_words(measure, words):
    table = drawn({(1, 1): worth(1_000, orders=4)}, {(1, 1): worth(800)}, measure)
    assert table.rows[0].cells[0].words == words


def test_seven_steps_run_from_light_to_dark_and_a_change_has_two_sides():
    now = {(item, 1): worth(item * 100) for item in range(1, 8)}
    assert [row.cells[0].css for row in drawn(now).rows] == [f"x-q{n}" for n in range(6, -1, -1)]
    before = {(item, 1): worth(400) for item in range(1, 8)}
    changed = drawn(now, before, Measure.CHANGE)
    assert [row.cells[0].css for row in changed.rows][::3] == ["x-d3", "x-d0", "x-d-3"]
    assert changed.bounds == []


def test_a_cell_out_of_line_is_marked():
    table = drawn({(1, 1): worth(10), (1, 2): worth(5)}, odd=[(1, 2)])
    assert [cell.is_odd for cell in table.rows[0].cells] == [False, True]


def test_an_empty_period_draws_no_rows():
    table = drawn({})
    assert (table.heads, table.rows) == ([], [])


def test_provinces_are_coloured_by_their_revenue_and_lead_on():
    tiles, bounds = province_tiles(
        {"33": worth(900), "32": worth(100), "": worth(7)}, address=lambda code: f"?province={code}"
    )
    assert {code: (tile.words, tile.level, tile.href) for code, tile in tiles.items()} == {
        "33": ("900", 6, "?province=33"),
        "32": ("100", 3, "?province=32"),
    }
    assert bounds[-1] == "900"
