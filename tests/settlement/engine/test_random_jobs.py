"""Whatever the numbers of a contract and the facts of a job: no fen is lost, every line follows."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.result import check_line
from settlement.engine.rules import compile_rules
from tests.settlement.engine.random_jobs import TEMPLATES, altered, another_job

WHOLE = {t.key for t in TEMPLATES if sum(fen for _code, fen in t.lines) == t.facts.paid_fen}
"""Contracts that hand out all that was paid."""


def test_most_contracts_hand_out_all_that_was_paid():
    assert len(WHOLE) > len(TEMPLATES) // 2


@given(st.integers(0, 10**9), st.sampled_from([t for t in TEMPLATES if t.key in WHOLE]))
@settings(max_examples=300, deadline=None)
def test_what_was_paid_is_handed_out_whole(seed, template):
    facts = another_job(template, random.Random(seed))
    outcome = settle(compile_rules(template.body), facts)
    # A job no row is meant for gets no line at all: it stands among the problems.
    if outcome.lines and not outcome.flags and facts.paid_fen is not None:
        assert outcome.total_fen == facts.paid_fen


@given(st.integers(0, 10**9), st.sampled_from(TEMPLATES))
@settings(max_examples=400, deadline=None)
def test_no_fen_is_lost_and_every_line_follows_from_its_operands(seed, template):
    chance = random.Random(seed)
    body, facts = altered(dict(template.body), chance), another_job(template, chance)
    try:
        rules = compile_rules(body)
    except ValueError:
        return
    outcome = settle(rules, facts)
    assert [line.code for line in outcome.lines if not check_line(line)] == []
    assert sum(outcome.totals.values()) == outcome.total_fen
    assert sum(line.amount_fen for line in outcome.releases) in (0, outcome.totals.get("installer"))
    # The same job once more, from what is stored of it and by rules compiled anew: no difference.
    stored = json.loads(json.dumps(facts.plain()))
    again = settle(compile_rules(json.loads(json.dumps(body))), restored(stored))
    assert (again.lines, again.facts_sha) == (outcome.lines, outcome.facts_sha)
