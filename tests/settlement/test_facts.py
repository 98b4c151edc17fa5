"""Working time and sums, as rules see them, whatever the moments and facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import day_kind
from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, restored
from settlement.engine.rules import compile_rules
from settlement.services.publishing import PRESETS, read_rules
from settlement.visits import is_night, visit_parts

moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001 - made aware below
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        ("2026-11-03T14:00", "2026-11-03T15:30", [("2026-11-03", 840, 930)]),
        (
            "2026-11-03T23:30",
            "2026-11-04T00:45",
            [("2026-11-03", 1410, 1440), ("2026-11-04", 0, 45)],
        ),
        ("2026-11-03T23:00", "2026-11-04T00:00", [("2026-11-03", 1380, 1440)]),
        ("2026-11-03T14:00", "2026-11-03T14:00", [("2026-11-03", 840, 841)]),
        ("2026-11-03T14:00", "2026-11-03T13:00", [("2026-11-03", 840, 841)]),
    ],
)
def test_a_visit_is_split_at_midnight_in_china(
    start: str, end: str, parts: list[tuple[str, int, int]]
) -> None:
    found = visit_parts(china(start), china(end))
    assert [(part.day, part.start_min, part.end_min) for part in found] == parts


@settings(deadline=None)
@given(start=moments, minutes=st.integers(1, 3 * 1440))
def test_the_parts_of_a_visit_are_as_long_as_the_visit(start: datetime, minutes: int) -> None:
    parts = visit_parts(start, start + timedelta(minutes=minutes))
    assert sum(part.end_min - part.start_min for part in parts) == minutes
    assert all(0 <= part.start_min < part.end_min <= 1440 for part in parts)
    assert [part.day for part in parts] == sorted({part.day for part in parts})


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 1), "holiday"),
        (date(2026, 10, 7), "holiday"),
        (date(2026, 10, 10), "workday"),  # a Saturday worked in exchange
        (date(2026, 11, 20), "workday"),
        (date(2026, 11, 21), "rest"),
    ],
)
def test_the_public_calendar_says_what_kind_of_day_it_is(day: date, kind: str) -> None:
    assert day_kind(day) == kind


@pytest.mark.parametrize(
    ("at", "night"), [("21:59", False), ("22:00", True), ("05:59", True), ("06:00", False)]
)
def test_work_that_starts_between_ten_and_six_is_night_work(at: str, night: bool) -> None:
    assert is_night(china(f"2026-11-03T{at}")) is night


@settings(deadline=None)
@given(
    paid=st.integers(0, 10_000_000),
    distance=st.integers(0, 600_000),
    quantity=st.integers(1, 30),
    flags=st.tuples(*[st.booleans()] * 6),
    rating=st.none() | st.integers(0, 50),
    name=st.sampled_from(["home_appliances", "ev_chargers", "bathrooms"]),
)
def test_all_parties_together_get_exactly_what_was_paid(
    paid: int, distance: int, quantity: int, flags: tuple[bool, ...], rating: int | None, name: str
) -> None:
    rain, night, urgent, away, rework, own = flags
    body = read_rules(PRESETS / f"{name}.toml")
    item = next(iter(body["grids"]["price"]["fen"]))
    facts = JobFacts(
        done_on="2026-11-03", month=11, service_item=item, category="x", quantity=quantity,
        city_level="NT1", branch="A", home_branch="B" if away else "A", channel="youzan",
        site_kind="urban", warehouse_direct=False, distance_m=distance,
        visits=visit_parts(china("2026-10-01T20:00"), china("2026-10-02T01:00")), rain=rain,
        urgent=urgent, night=night, high_work=False, grade="G3", rating_x10=rating, rework=rework,
        fault_own=own, reschedule_count=1, materials=(), stages=("completed",), paid_fen=paid,
        installer_month_orders=50, field_days=0,
    )  # fmt: skip
    outcome = settle(compile_rules(body), restored(facts.plain()))
    assert outcome.flags == ()
    assert outcome.total_fen == paid
    assert sum(part.amount_fen for part in outcome.releases) == outcome.totals["installer"]
