"""Several people share what the rules give the installer: every fen, by what they did or agreed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from settlement.engine.crew import part_words, shared_rows, weights_of
from settlement.engine.evaluate import settle
from settlement.engine.explain import explain
from settlement.engine.facts import JobFacts, Mate, restored
from settlement.engine.result import Line, check_line
from settlement.engine.rules import compile_rules

LI, WANG, ZHAO = 7, 9, 12
RULES: dict[str, Any] = {
    "format": 1,
    "version": "crew-test",
    "effective_from": "2025-01-01",
    "parties": ["installer", "hq"],
    "components": [
        {"code": "BASE", "kind": "flat", "party": "installer", "amount_fen": 10_001},
        {"code": "LESS", "kind": "flat", "party": "installer", "amount_fen": -333},
        {"code": "HQ", "kind": "flat", "party": "hq", "amount_fen": 5_000},
        {
            "code": "REL",
            "kind": "release",
            "party": "installer",
            "base": ["BASE", "LESS"],
            "milestones": [
                {"code": "NOW", "stage": "completed", "rate_bp": 6000},
                {"code": "LATER", "stage": "followed_up"},
            ],
        },
    ],
}


def line(amount_fen: int, party: str = "installer") -> tuple[object, ...]:
    return Line(
        1, "X", party, "X", None, None, None, amount_fen, {"how": "flat", "flat_fen": amount_fen}
    )


@pytest.mark.parametrize(
    ("crew", "weights"),
    [
        ((Mate(LI, 2, 45), Mate(WANG, 1, 75)), [45, 75]),
        ((Mate(LI, 2, 0), Mate(WANG, 1, 0)), [2, 1]),  # steps without minutes count as steps
        ((Mate(LI, 0, 0), Mate(WANG, 0, 0)), [1, 0]),  # nothing finished: the first takes all
        ((Mate(LI, 9, 90, 2500), Mate(WANG, 0, 0, 7500)), [2500, 7500]),
        ((Mate(LI, 9, 90, 10_000), Mate(WANG, 1, 10)), [10_000, 0]),
    ],
)
def test_chosen_parts_go_before_minutes_and_minutes_before_steps(
    crew: tuple[Mate, ...], weights: list[int]
) -> None:
    assert weights_of(crew) == weights


@pytest.mark.parametrize("whole", [10_001, -10_001, 1, -1, 0, 999_999_999])
@pytest.mark.parametrize("parts", [(1, 1, 1), (45, 75, 0), (0, 0, 3), (1, 999, 7)])
def test_the_parts_of_a_line_sum_to_it_and_each_follows_from_its_own_operands(
    whole: int, parts: tuple[int, int, int]
) -> None:
    crew = tuple(
        Mate(who, 1, minutes) for who, minutes in zip((LI, WANG, ZHAO), parts, strict=True)
    )
    rows, start, end = shared_rows([line(whole), line(50, "hq")], 0, 0, crew)
    found = [Line(*row) for row in rows]
    mine = [each for each in found if each.party == "installer"]
    assert sum(each.amount_fen for each in mine) == whole
    assert all(check_line(each) for each in found)
    assert [each.amount_fen for each in found if each.party == "hq"] == [50]
    assert [each.seq for each in found] == list(range(1, len(found) + 1))
    assert (start, end) == (len(found), len(found)) or (start, end) == (0, 0)


def test_a_share_that_was_tampered_with_does_not_follow_from_its_operands() -> None:
    rows, _start, _end = shared_rows([line(100)], 0, 0, (Mate(LI, 1, 1), Mate(WANG, 1, 2)))
    share = Line(*rows[0])
    assert not check_line(share._replace(amount_fen=share.amount_fen + 1))
    assert not check_line(share._replace(because={**share.because, "flat_fen": 101}))


@pytest.mark.parametrize("stages", [(), ("completed",), ("completed", "followed_up")])
def test_everybody_has_their_own_milestones_over_exactly_their_own_sum(
    stages: tuple[str, ...],
) -> None:
    crew = (Mate(LI, 3, 45), Mate(WANG, 5, 75), Mate(ZHAO, 1, 7))
    outcome = settle(compile_rules(RULES), JobFacts(stages=stages, crew=crew))
    alone = settle(compile_rules(RULES), JobFacts(stages=stages))
    assert outcome.totals == alone.totals
    planned: dict[str, int] = defaultdict(int)
    for part in outcome.releases:
        planned[part.payee] += part.amount_fen
    people = {who: fen for who, fen in outcome.payees.items() if who.startswith("installer:")}
    assert planned == people
    assert sum(people.values()) == alone.totals["installer"]
    assert all(check_line(each) for each in (*outcome.lines, *outcome.releases))


@pytest.mark.parametrize("base", [["BASE", "SKILL"], "held", ["gross", "-CHARGE"]])
def test_of_a_part_of_the_pay_everybody_waits_for_exactly_their_own_lines_of_it(base: Any) -> None:
    def flat(code: str, fen: int) -> dict[str, Any]:
        return {"code": code, "kind": "flat", "party": "installer", "amount_fen": fen}

    plan = RULES["components"][-1] | {"base": base}
    rules = RULES | {
        "components": [flat("BASE", 101), flat("SKILL", 101), flat("CHARGE", 50), plan],
        "sums": {"held": {"of": ["BASE", "SKILL"]}, "gross": {"of": ["held", "CHARGE"]}},
    }
    outcome = settle(compile_rules(rules), JobFacts(crew=(Mate(LI, 1, 1), Mate(WANG, 1, 1))))
    held, waiting = defaultdict[str, int](int), defaultdict[str, int](int)
    for each in outcome.lines:
        held[each.payee] += each.amount_fen * (each.code != "CHARGE")
    for each in outcome.releases:
        waiting[each.payee] += each.amount_fen
    assert waiting == held == {"installer:7": 102, "installer:9": 100}
    assert all(check_line(each) for each in (*outcome.lines, *outcome.releases))


def test_who_did_all_of_it_has_it_alone_also_where_another_completed_it() -> None:
    facts = JobFacts(crew=(Mate(LI, 0, 0), Mate(WANG, 8, 120)))
    assert settle(compile_rules(RULES), facts).payees == {"installer:9": 9_668, "hq": 5_000}
    facts = JobFacts(crew=(Mate(LI, 8, 120), Mate(WANG, 0, 0)))
    assert settle(compile_rules(RULES), facts).payees == {"installer": 9_668, "hq": 5_000}


def test_a_share_says_how_many_steps_and_minutes_it_rests_on() -> None:
    facts = JobFacts(crew=(Mate(LI, 3, 45), Mate(WANG, 5, 75)))
    share = settle(compile_rules(RULES), facts).lines[0]
    assert part_words(share.because["shared"], str) == "3 of 8 steps, 45 of 120 minutes"
    assert "of ¥100.01: 3 of 8 steps, 45 of 120 minutes = ¥37.50" in explain(share, str)


def test_the_people_survive_storing_and_facts_of_one_person_keep_their_fingerprint() -> None:
    facts = JobFacts(crew=(Mate(LI, 3, 45), Mate(WANG, 5, 75, 4000)))
    assert restored(facts.plain()) == facts
    assert "crew" not in JobFacts().plain()
