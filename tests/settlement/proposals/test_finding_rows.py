"""Findings in words: rows by number and name, facts with their units, also from old versions."""

from __future__ import annotations

from settlement.engine.lint import check_rules
from settlement.proposals.finding_rows import finding_rows, kept_findings
from settlement.rulebook.findings import findings_of
from settlement.rulebook.vocabulary import Vocabulary
from tests.settlement.engine.proving.bodies import row, table

WORDS = Vocabulary({})


def test_a_row_never_reached_is_told_with_the_row_that_takes_its_order() -> None:
    body = table(
        "FIRST",
        row("NEAR", distance_m="<= 5000") | {"label": "近"},
        row("FAR", distance_m="> 5000") | {"label": "远"},
        row("NEVER", distance_m="> 8000", rain=True) | {"label": "雨天远途"},
    )
    (found,) = findings_of(body, WORDS)
    assert found.rows == ("NEVER", "FAR")
    (shown,) = finding_rows(check_rules(body), body, WORDS)
    for sentence in (found.sentence, shown.what):
        assert "3 雨天远途" in sentence
        assert "2 远" in sentence
    assert "8.001 km" in shown.example
    assert shown.example in found.example


def test_what_an_older_version_keeps_is_still_read() -> None:
    old = {
        "level": "warning", "path": "rules.components[0]", "example": {"quantity": 10},
        "message": "%(more)d units give %(above)d fen, one less gave %(below)d fen",
        "params": {"more": "10", "above": "800", "below": "900"},
    }  # fmt: skip
    (shown,) = finding_rows(kept_findings({"warnings": [old]}, "warnings"), table("FIRST"), WORDS)
    assert shown.what == "10 units give 800 fen, one less gave 900 fen"
