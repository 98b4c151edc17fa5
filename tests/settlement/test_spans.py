"""A period is a whole week, half month or month; each has one name that reads back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from settlement.spans import Span, span_called, span_name, whole_span


@pytest.mark.parametrize(
    ("kind", "day", "span", "name"),
    [
        ("monthly", "2026-11-30", ("2026-11-01", "2026-11-30"), "2026-11"),
        ("monthly", "2028-02-29", ("2028-02-01", "2028-02-29"), "2028-02"),
        ("half_monthly", "2026-11-15", ("2026-11-01", "2026-11-15"), "2026-11-H1"),
        ("half_monthly", "2026-11-16", ("2026-11-16", "2026-11-30"), "2026-11-H2"),
        ("weekly", "2027-01-01", ("2026-12-28", "2027-01-03"), "2026-W53"),
        ("weekly", "2026-11-23", ("2026-11-23", "2026-11-29"), "2026-W48"),
    ],
)
def test_every_kind_has_whole_spans_with_a_name(
    kind: str, day: str, span: tuple[str, str], name: str
) -> None:
    found = whole_span(kind, date.fromisoformat(day))
    assert (found.starts_on.isoformat(), found.ends_on.isoformat()) == span
    assert span_name(*found) == name
    assert span_called(name) == found


def test_names_of_all_days_of_four_years_read_back_and_never_collide() -> None:
    names: dict[str, Span] = {}
    for n in range(4 * 366):
        day = date(2026, 1, 1) + timedelta(days=n)
        for kind in ("weekly", "half_monthly", "monthly"):
            span = whole_span(kind, day)
            assert names.setdefault(span_name(*span), span) == span
            cut = span.within(day, None)
            assert span_called(span_name(*cut)) == cut


@pytest.mark.parametrize(
    "name",
    ["", "2026", "2026-13", "2026-W54", "2026-11-H3", "2026-11-05_2026-11-01", "x", "2026-1"],
)
def test_what_names_no_period_is_none(name: str) -> None:
    assert span_called(name) is None
