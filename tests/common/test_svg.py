"""Pictures show what the figures say: proportions, sums and places are right."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from common.svg import (
    TILES,
    Bin,
    RadarPoint,
    Segment,
    Step,
    TileValue,
    WeekBar,
    bars,
    few_steps,
    heat_level,
    histogram,
    palette,
    plain_bar,
    progress_bar,
    quantile_bounds,
    radar,
    ring,
    shares_bp,
    sparkline,
    stacked_bar,
    swatch,
    tile_grid,
    two_sided_level,
    waterfall,
)
from common.svg.bars import bar_heights
from common.svg.radar import place, radius
from common.svg.ring import arc_length
from common.svg.sparkline import points
from common.svg.stacked import edges
from common.svg.waterfall import layout

NASTY = '<b>&"王'
STEPS = [
    Step("基础", 18_000),
    Step("区域", 1_800),
    Step("技能", 990),
    Step("距离", 4_320),
    Step("服务费", -1_717),
]


@pytest.mark.parametrize(
    "drawn",
    [
        sparkline([3, None, 9], title=NASTY),
        sparkline([], title=NASTY),
        bars([WeekBar(NASTY, 5, NASTY, href="/a?b=1&c=2"), WeekBar("x", -5)], title=NASTY),
        bars([], title=NASTY),
        waterfall(STEPS, title=NASTY, total_label=NASTY),
        radar([RadarPoint("王", NASTY, 20_000, 30.0, href="/x")], title=NASTY),
        tile_grid({"33": TileValue(NASTY, 6, "/x")}, title=NASTY),
        stacked_bar([Segment(NASTY, 10, NASTY), Segment("b", 0)], title=NASTY),
        plain_bar([Segment(NASTY, 10, NASTY), Segment("b", 0)], title=NASTY),
        ring(5_000, title=NASTY, words=NASTY, note=NASTY),
        progress_bar(0, title=NASTY),
    ],
)
def test_a_picture_is_well_formed_named_and_free_of_inline_style(drawn):
    root = ElementTree.fromstring(drawn)  # noqa: S314 (text made by this test)
    holds_links = root.find(".//{http://www.w3.org/2000/svg}a") is not None
    assert root.get("role") == ("group" if holds_links else "img")
    assert root.get("aria-label", "").startswith(NASTY)
    assert root.find("{http://www.w3.org/2000/svg}title").text == NASTY
    assert "style=" not in drawn
    assert "<b>" not in drawn


def test_waterfall_ends_at_the_sum_of_its_steps():
    plan = layout(STEPS, total_label="到手", height=150)
    assert plan.total_fen == sum(step.amount_fen for step in STEPS) == 23_393
    assert plan.bars[-1].to_fen == plan.total_fen


@pytest.mark.parametrize(
    ("amounts", "is_broken"),
    [
        ([18_000, 1_800, -500], True),
        ([1_000, 9_000], False),
        ([5_000], False),
        ([100, -400], False),
    ],
)
def test_axis_is_broken_only_when_the_base_dwarfs_the_extras(amounts, is_broken):
    plan = layout([Step("a", amount) for amount in amounts], total_label="t", height=150)
    assert (plan.cut_fen > 0) is is_broken


@pytest.mark.parametrize("amounts", [[18_000, 1_800, 900, -1_800], [1_000, 500, 250], [100, -400]])
def test_step_heights_are_proportional_to_their_amounts(amounts):
    plan = layout([Step("a", amount) for amount in amounts], total_label="t", height=150)
    extras = plan.bars[1:-1]
    per_fen = {round(bar.height / abs(bar.to_fen - bar.from_fen), 6) for bar in extras}
    assert len(per_fen) == 1
    assert all(bar.y + bar.height <= 150 - 22 + 0.01 for bar in plan.bars)


def test_bars_are_proportional_and_negative_ones_have_height_too():
    heights = bar_heights([100, 50, -50, 0])
    assert heights[0] == pytest.approx(2 * heights[1])
    assert heights[1] == pytest.approx(heights[2])
    assert heights[3] == 0


def test_where_there_is_nothing_the_base_line_lies_where_bars_would_rise_from():
    line = re.compile(r'<line [^>]*y1="([0-9.]+)"')
    drawn = [line.search(bars([WeekBar("1", amount)], title="t")) for amount in (0, 500)]
    assert drawn[0].group(1) == drawn[1].group(1)


def test_sparkline_puts_the_highest_value_on_top_and_skips_gaps():
    places = points([1, None, 5], width=100, height=30)
    assert len(places) == 2
    assert places[1][1] < places[0][1]
    assert places[1][0] == pytest.approx(97)


@pytest.mark.parametrize(("distance_m", "share"), [(0, 0), (3_750, 0.5), (15_000, 1), (99_000, 1)])
def test_radar_uses_a_square_root_scale_up_to_its_edge(distance_m, share):
    assert radius(distance_m, reach_m=15_000, outer=100) == pytest.approx(100 * share)


def test_radar_turns_north_up_and_parts_people_at_the_same_place():
    north, east, twin = place(
        [
            RadarPoint("a", "a", 10_000, 0),
            RadarPoint("b", "b", 10_000, 90),
            RadarPoint("c", "c", 10_000, 90),
        ],
        reach_m=15_000,
        outer=100,
    )
    assert north[0] == pytest.approx(0)
    assert north[1] < 0 < east[0]
    assert math.dist(east, twin) >= 22


def test_heat_steps_hold_about_equal_numbers_of_cells():
    bounds = quantile_bounds(range(70))
    levels = [heat_level(value, bounds) for value in range(70)]
    assert [levels.count(step) for step in range(7)] == [10] * 7


@pytest.mark.parametrize("values", [[], [None], [5], [0] * 12, [1, 1, 1, 9]])
def test_heat_survives_few_and_equal_values(values):
    bounds = quantile_bounds(values)
    levels = {value: heat_level(value, bounds) for value in values}
    assert all(0 <= level <= 6 for level in levels.values())


@pytest.mark.parametrize(
    ("change_bp", "level"), [(0, 0), (499, 0), (500, 1), (-1_500, -2), (3_000, 3), (None, 0)]
)
def test_changes_are_coloured_to_both_sides(change_bp, level):
    assert two_sided_level(change_bp) == level


def test_tile_grid_holds_all_34_units_once_and_none_overlap():
    assert len(TILES) == 34
    assert len({tile.code for tile in TILES}) == 34
    assert len({(tile.column, tile.row) for tile in TILES}) == 34


def test_stacked_parts_fill_the_bar_exactly():
    places = edges([1, 1, 1], width=100)
    assert places[0] == 0
    assert places[-1] == pytest.approx(100)
    assert edges([], width=100) == [0.0]


@pytest.mark.parametrize(("share_bp", "share"), [(-5, 0), (2_500, 0.25), (10_000, 1), (12_000, 1)])
def test_ring_never_shows_less_than_none_or_more_than_all(share_bp, share):
    assert arc_length(share_bp, radius=10) == pytest.approx(2 * math.pi * 10 * share)


def test_pictures_use_the_colours_of_the_style_sheet():
    css = (Path(__file__).parents[2] / "static/css/app.css").read_text()
    tokens = dict(re.findall(r"--x-([a-z0-9-]+):\s*(#[0-9a-f]{6})", css))
    assert tokens["ink"] == palette.INK
    assert tokens["ink-2"] == palette.INK_2
    assert tokens["brand"] == palette.BRAND
    assert tokens["bad"] == palette.BAD
    assert tokens["loss"] == palette.LOSS
    assert tuple(tokens[f"heat-{step}"] for step in range(7)) == palette.HEAT


def test_bars_of_a_histogram_are_as_tall_as_their_counts_and_none_is_left_out() -> None:
    drawn = histogram([Bin("<", 4, -1), Bin("0", 0, 0), Bin(">", 2, 1)], title="changes")
    root = ElementTree.fromstring(drawn)  # noqa: S314 (text made by this test)
    heights = [float(e.get("height", "0")) for e in root.iter() if e.tag.endswith("rect")]
    assert heights[0] == pytest.approx(2 * heights[1])
    words = [e.text for e in root.iter() if e.tag.endswith("text")]
    assert words == ["4", "<", "0", "2", ">"]


def test_a_plain_bar_is_filled_by_its_parts_and_says_them_aloud():
    parts = [
        Segment("师傅", 700, "¥7.00"),
        Segment("欠款", 0, "−¥1.00"),
        Segment("渠道", 300, "¥3.00"),
    ]
    root = ElementTree.fromstring(plain_bar(parts, title="各方所得"))  # noqa: S314 (made by this test)
    rects = [e for e in root.iter() if e.tag.endswith("rect")]
    assert [float(e.get("x", "0")) for e in rects] == [0.0, 700.0]
    assert root.get("preserveAspectRatio") == "none"
    assert "欠款 −¥1.00" in str(root.get("aria-label"))


@pytest.mark.parametrize(
    ("amounts", "shares"),
    [([700, 300], [7_000, 3_000]), ([1, 2], [3_333, 6_667]), ([0, 0], [0, 0]), ([], [])],
)
def test_shares_are_basis_points_of_the_whole(amounts, shares):
    assert shares_bp(amounts) == shares


def test_too_many_steps_keep_the_base_and_the_largest_and_their_sum():
    steps = [Step("基础", 1), *(Step(f"加{n}", n * 100) for n in range(1, 9)), Step("加8", 50)]
    few = few_steps(steps, most=5, other="其他")
    assert [step.label for step in few] == ["基础", "加6", "加7", "加8", "其他"]
    assert sum(step.amount_fen for step in few) == sum(step.amount_fen for step in steps)
    assert few_steps(steps[:3], most=5, other="其他") == steps[:3]


def test_the_square_beside_a_word_has_the_colour_of_its_part():
    parts = [Segment("师傅", 700, ""), Segment("渠道", 300, "")]
    fills = re.findall(r'fill="(#\w+)"', stacked_bar(parts, title="各方所得"))
    assert [re.findall(r'fill="(#\w+)"', swatch(n))[0] for n in range(2)] == fills
