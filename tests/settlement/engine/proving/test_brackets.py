"""Brackets: what lies below the first one is a gap, and one more must not earn less unseen."""

from typing import Any

import pytest

from tests.settlement.engine.bodies import body_of, flat
from tests.settlement.engine.proving.bodies import said


def ladder(scheme: str, gives: str, *rows: tuple[int, int], **more: Any) -> dict[str, Any]:
    """A body with brackets of (from, what is given) on the quantity, unless said otherwise."""
    part = {
        "code": "L", "kind": "brackets", "measure": "quantity", "scheme": scheme, "gives": gives,
        "brackets": [{"from": start, gives: given} for start, given in rows],
        **({"base": "BASE"} if gives == "rate_bp" else {}), **more,
    }  # fmt: skip
    return body_of({"components": [flat("BASE", 100), part]})


FALLS = [
    (ladder("volume", "unit_fen", (0, 100), (10, 80)), "10 gives ¥8.00, one less gives ¥9.00", 10),
    (ladder("volume", "unit_fen", (0, 300), (3000, 200), measure="distance_m", per=1000),
     "3 km gives ¥6.00, one less gives ¥9.00", 3000),
    (ladder("volume", "rate_bp", (0, 500), (40, 300), measure="installer_month_orders"),
     "from 40 on the rate is 3%, just below it is 5%", 40),
    (ladder("volume", "rate_bp", (0, 500), (30, -200), (45, 100), measure="rating_x10"),
     "from 3 on the rate is −2%, just below it is 5%", 30),
    (ladder("graduated", "unit_fen", (0, 100), (10, -5)),
     "from 10 on each further 1 gives −¥0.05: more earns less", 10),
]  # fmt: skip


@pytest.mark.parametrize(("body", "words", "start"), FALLS)
def test_a_total_that_falls_at_the_edge_of_a_bracket_is_told(
    body: dict[str, Any], words: str, start: int
) -> None:
    [(sentence, example)] = said(body, "warning")
    assert sentence == words
    assert list(example.values()) == [start]


QUIET = [
    # so little less that one more still earns more
    ladder("volume", "unit_fen", (0, 100), (10, 91)),
    # the component's own upper bound holds on both sides of the edge
    ladder("volume", "unit_fen", (0, 100), (10, 80), at_most_fen=700),
    ladder("volume", "rate_bp", (0, 100), (10, 100), (20, 200)),
    # paying less the later somebody comes is what the rule is for
    ladder("volume", "rate_bp", (0, 500), (30, 0), measure="delay_min"),
]


@pytest.mark.parametrize("body", QUIET)
def test_brackets_that_do_not_fall_or_fall_on_purpose_are_quiet(body: dict[str, Any]) -> None:
    assert said(body, "warning") == said(body, "notice") == []


def test_graduated_pieces_that_fall_are_a_notice_because_the_total_rises() -> None:
    body = ladder("graduated", "unit_fen", (0, 100), (10, 80))
    assert said(body, "warning") == []
    assert said(body, "notice") == [
        ("from 10 on each further 1 gives ¥0.80 instead of ¥1.00; the total goes on rising",
         {"quantity": 10})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "below"),
    [
        (ladder("volume", "unit_fen", (5, 100)), {"quantity": 4}),
        (ladder("graduated", "unit_fen", (5, 100)), {"quantity": 4}),
        (ladder("volume", "rate_bp", (35, 0), (48, 300), measure="rating_x10"), None),
        (ladder("volume", "rate_bp", (35, 100), measure="rating_x10"), {"rating_x10": 34}),
        (ladder("volume", "unit_fen", (0, 100)), None),
        (ladder("volume", "unit_fen", (1, 100)), None),  # nobody orders less than one
        (ladder("volume", "unit_fen", (0, 1), measure="floor"), {"floor": -1}),
        (ladder("volume", "unit_fen", (5, 100), when={"quantity": ">= 5"}), None),
        (ladder("volume", "unit_fen", (5, 100), when={"quantity": ">= 3"}), {"quantity": 4}),
        (ladder("volume", "unit_fen", (5, 1), when=[{"rain": True}, {"quantity": 2}]),
         {"quantity": 4}),
    ],
)  # fmt: skip
def test_values_below_the_first_bracket_are_a_gap_unless_none_can_be_there(
    body: dict[str, Any], below: dict[str, int] | None
) -> None:
    assert [example for _words, example in said(body, "gap")] == ([below] if below else [])
