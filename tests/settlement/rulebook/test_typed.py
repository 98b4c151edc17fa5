"""What people type into rules: units read and written back, slips refused with an example."""

from __future__ import annotations

import pytest

from settlement.engine.facts import FACT_KINDS
from settlement.rulebook.cell_words import ANY, cell_text, example_of, read_typed
from settlement.rulebook.typed import UNITS, TypedError, read_clock, read_shares
from settlement.rulebook.vocabulary import Vocabulary

WORDS = Vocabulary({"city_level": {"T1": "一线", "NT1": "新一线"}, "grade": {"G4": "高级"}})

READ = [
    ("percent", "15%", 1500), ("percent", "１５％", 1500), ("percent", "7.5", 750),
    ("percent", "−10%", -1000), ("percent", "×1.2", 12000), ("percent", "0", 0),
    ("share", "100%", 10_000), ("factor", "110%", 11000), ("factor", "x0.95", 9500),
    ("money", "¥120.00", 12000), ("money", "120", 12000), ("money", "1,234.5", 123450),
    ("money", "１２元", 1200), ("money", "-3.40", -340),
    ("distance", "5 km", 5000), ("distance", "5公里", 5000), ("distance", "0.8", 800),
    ("distance", "800 m", 800), ("distance", "12.345km", 12345),
    ("minutes", "30 min", 30), ("minutes", "30", 30), ("minutes", "1.5 h", 90),
    ("minutes", "1 小时 30 分", 90), ("count", "3", 3), ("count", "1,200", 1200), ("stars", "4.8", 48),
]  # fmt: skip
SLIPS = ["", "1e3", "1_000", "abc", "1.005", "NaN", "Infinity", "٣", "--1", "1..2", "0x10", "1.5.2"]


@pytest.mark.parametrize(("unit", "typed", "stored"), READ)
def test_a_number_is_stored_whole_and_written_back_as_it_is_typed(unit, typed, stored):
    assert UNITS[unit].read(typed) == stored
    assert UNITS[unit].read(UNITS[unit].say(stored)) == stored


@pytest.mark.parametrize("typed", SLIPS)
@pytest.mark.parametrize("unit", ["percent", "money", "minutes", "count", "stars"])
def test_a_slip_is_refused_with_an_example(unit, typed):
    with pytest.raises(TypedError, match=r"\d"):
        UNITS[unit].read(typed)


@pytest.mark.parametrize(
    ("unit", "typed"),
    [("factor", "0"), ("factor", "-1"), ("factor", "×1000"), ("share", "101%"), ("share", "-1%"),
     ("percent", "99999999"), ("distance", "5 miles"), ("count", "99999999999")],
)  # fmt: skip
def test_a_value_beyond_its_bounds_is_refused(unit, typed):
    with pytest.raises(TypedError):
        UNITS[unit].read(typed)


def test_a_clock_and_shares_are_read_with_wide_signs():
    assert read_clock("18：00") == "18:00"
    assert read_clock("6:05") == "06:05"
    assert read_shares("40% / 45% / 15%") == [4000, 4500, 1500]
    for slip in ("24:01", "6 pm", "12:60"):
        with pytest.raises(TypedError):
            read_clock(slip)


CELLS = [
    ("city_level", "一线", "T1"), ("city_level", "一线、新一线", ["T1", "NT1"]),
    ("city_level", "T2", "T2"), ("city_level", "not(一线)", 'not("T1")'),
    ("city_level", "非（一线，新一线）", 'not("T1", "NT1")'),
    ("rain", "是", True), ("rain", "no", False), ("rain", "-", ANY), ("rain", " ", ANY),
    ("distance_m", "> 10 km", "> 10000"), ("distance_m", "≥ 10", ">= 10000"),
    ("distance_m", "[10 km..20 km)", "[10000..20000)"), ("distance_m", "10-20", "[10000..20000]"),
    ("paid_fen", "＞＝ ¥500", ">= 50000"), ("month", "6, 7, 8", [6, 7, 8]),
    ("quantity", "not(1)", "not(1)"), ("category", "空调", "空调"), ("grade", "高级", "G4"),
    ("quantity", "1, > 5", [1, "> 5"]), ("rating_x10", ">= 4.8", ">= 48"),
    ("rain", "not(是)", "not(true)"), ("done_on", ">= 2026-01-31", ">= 2026-01-31"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "typed", "stored"), CELLS)
def test_a_cell_is_typed_in_words_and_written_back_the_same(fact, typed, stored):
    raw = read_typed(fact, typed, WORDS)
    assert raw == stored
    assert read_typed(fact, cell_text(fact, raw, WORDS), WORDS) == stored


@pytest.mark.parametrize(
    ("fact", "typed"),
    [("city_level", "三线城市"), ("rain", "大雨"), ("distance_m", "> far"), ("month", "June"),
     ("city_level", "> 一线"), ("distance_m", "[20 km"), ("done_on", "31.1.2026"), ("month", "6.5"),
     ("city_level", 'a"b')],
)  # fmt: skip
def test_a_wrong_cell_is_refused_with_what_is_right(fact, typed):
    with pytest.raises(TypedError) as caught:
        read_typed(fact, typed, WORDS)
    assert str(caught.value)


@pytest.mark.parametrize("fact", FACT_KINDS)
def test_every_fact_has_an_example(fact):
    assert example_of(fact, WORDS)
