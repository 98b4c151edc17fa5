"""The way of a visit follows the flow, whichever it is."""

from __future__ import annotations

import pytest

from workorders.flow import read_flow
from workorders.flow_versions import presets
from workorders.visit_path import is_undecided, moves_ahead, pages_ahead, side_ways

FLOWS = {key: read_flow(body) for key, body in presets().items()}


@pytest.mark.parametrize(
    ("flow", "stage", "expected"),
    [
        ("installation", "assigned", "accept set_out arrive complete"),
        ("installation", "accepted", "set_out arrive complete"),
        ("installation", "on_hold", "resume set_out arrive complete"),
        ("installation", "on_site", "complete"),
        ("installation", "waiting", ""),
        ("installation", "in_review", ""),
        ("installation", "done", ""),
        ("repair", "assigned", "accept set_out arrive quote start_repair complete"),
        ("repair", "parts_visit", "return_visit complete"),
        ("repair", "parts", ""),
    ],
)
def test_the_next_move_is_the_smallest_step_towards_the_end(flow, stage, expected):
    assert " ".join(move.key for move in moves_ahead(FLOWS[flow], stage)) == expected


@pytest.mark.parametrize(
    ("flow", "stage", "expected"),
    [
        ("installation", "assigned", {"decline", "hold"}),
        ("installation", "accepted", {"decline", "book", "reschedule", "hold"}),
        ("installation", "en_route", {"nobody_home", "end_empty", "reschedule", "hold"}),
        ("installation", "on_site", {"nobody_home", "end_empty", "reschedule", "hold"}),
        ("repair", "quoted", {"refuse_quote", "order_parts", "reschedule", "hold"}),
        ("installation", "waiting", {"hold"}),
    ],
)
def test_what_does_not_go_to_plan_is_offered_beside_the_way(flow, stage, expected):
    assert {move.key for move in side_ways(FLOWS[flow], stage)} == expected


@pytest.mark.parametrize(
    ("flow", "stage", "has_window", "expected"),
    [
        (
            "installation",
            "assigned",
            False,
            "accept book go arrive steps photos materials signature complete",
        ),
        ("installation", "accepted", True, "go arrive steps photos materials signature complete"),
        ("repair", "diagnosis", True, "quote agree steps photos materials signature complete"),
        (
            "repair",
            "parts_visit",
            False,
            "book arrive steps photos materials signature complete",
        ),
    ],
)
def test_each_thing_to_do_has_a_page_of_its_own(flow, stage, has_window, expected):
    pages = pages_ahead(FLOWS[flow], stage, has_window=has_window)
    assert " ".join(page.part for page in pages) == expected


@pytest.mark.parametrize(
    ("flow", "stage", "undecided"),
    [
        ("installation", "assigned", True),
        ("installation", "accepted", False),
        ("repair", "assigned", True),
        ("repair", "parts_visit", False),
        ("installation", "on_site", False),
    ],
)
def test_an_order_is_undecided_until_it_was_accepted(flow, stage, undecided):
    assert is_undecided(FLOWS[flow], stage) is undecided
