"""The run of all checks: in order, the first that fails ends it, an early one waits for its turn."""

from __future__ import annotations

import sys

import pytest

from common.machine.checking import Check, _all_pass
from common.machine.layout import find_layout


def says(name: str, *, code: int = 0, early: bool = False) -> Check:
    program = f"import sys; print('words of {name}', flush=True); sys.exit({code})"
    return Check(name, (sys.executable, "-c", program), early=early)


def test_an_early_check_is_heard_when_its_turn_comes(capfd: pytest.CaptureFixture[str]) -> None:
    checks = (says("first"), says("second", early=True), says("third"))
    assert _all_pass(find_layout(), checks, {})
    said = capfd.readouterr().out
    places = [said.index(f"words of {name}") for name in ("first", "second", "third")]
    assert places == sorted(places)


@pytest.mark.parametrize("wrong", ["first", "second"])
def test_nothing_follows_a_check_that_fails_be_it_early_or_not(
    capfd: pytest.CaptureFixture[str], wrong: str
) -> None:
    checks = (
        says("first", code=int(wrong == "first")),
        says("second", code=int(wrong == "second"), early=True),
        says("third"),
    )
    assert not _all_pass(find_layout(), checks, {})
    said = capfd.readouterr().out
    assert f"✗ {wrong}" in said
    assert "words of third" not in said
