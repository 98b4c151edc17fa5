"""A benchmark says when a figure misses its aim, and fails for it where it is asked to."""

from __future__ import annotations

import json
import sys

import pytest

from bench.figures import Figure, at_most, figure, print_figures, ratio_at_least, ratio_at_most

KEPT = figure("kept", 1.9, "s", aim=at_most(2))
MISSED = figure("missed", 10, "orders/s", 25, ratio_at_least(0.5))


def printed(monkeypatch: pytest.MonkeyPatch, found: list[Figure], *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    print_figures("figures", lambda: found)


@pytest.mark.parametrize(
    ("found", "is_missed"),
    [
        (KEPT, False),
        (MISSED, True),
        (figure("at the bound", 2, "s", aim=at_most(2)), False),
        (figure("beyond", 2.01, "s", aim=at_most(2)), True),
        (figure("no number", float("inf") - float("inf"), "s", aim=at_most(2)), True),
        (figure("ratio", 15, "ms", 10, ratio_at_most(1.5)), False),
        (figure("without reference", 15, "ms", None, ratio_at_most(1.5)), True),
        (figure("without aim", 1e9, "s"), False),
    ],
)
def test_a_figure_is_held_against_its_aim(found: Figure, is_missed: bool) -> None:
    assert found.is_missed is is_missed


def test_a_missed_aim_is_a_failure_only_where_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(monkeypatch, [MISSED, KEPT])
    assert "aim ratio ≥ 0.5: MISSED" in capsys.readouterr().out
    with pytest.raises(SystemExit) as failed:
        printed(monkeypatch, [MISSED, KEPT], "--check", "--json")
    assert failed.value.code == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["name"], row["aim"]) for row in rows] == [
        ("missed", "ratio ≥ 0.5"), ("kept", "≤ 2"),
    ]  # fmt: skip
    printed(monkeypatch, [KEPT], "--check")
