"""A replay over thousands of orders goes chunk by chunk, says how far it is, and can be stopped."""

from __future__ import annotations

import pytest

from bench.order_list import copy_row
from common.outbox.execution import execute
from common.outbox.selectors import due_rows
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.rules import compile_rules
from settlement.models import Replay, Settlement
from settlement.proposals.replay_report import tally_of
from settlement.replays import run
from settlement.replays.report import progress_of, replay_sheet
from settlement.replays.run import cancel_replay, start_replay
from tests.settlement.company import Company, hear, settled
from tests.settlement.conftest import company
from tests.settlement.proposals.conftest import hq_draft
from tests.settlement.replays.test_replays import RATE

__all__ = ["company"]

MANY = 2_000
BASE = 1_000_000


@pytest.fixture
def original(company: Company) -> Settlement:
    """One settled order, of which all others are copies: they are worth the same to the fen."""
    found = settled(company)
    order = found.work_order
    assert order.line is not None
    first, last = BASE, BASE + MANY - 2
    copy_row(order.line, first, last, line_id="'B' || g")
    copy_row(order, first, last, number="'WO-B-' || g", line_id="g")
    copy_row(found, first, last, work_order_id="g", estimate_id="NULL")
    for line in found.lines.all():
        copy_row(line, first, last, id=f"g::bigint * 100 + {line.seq}", settlement_id="g")
    return found


@pytest.fixture
def replay(company: Company, original: Settlement) -> Replay:
    """A replay over all of them that has just begun."""
    draft = hq_draft(company, RATE)
    return start_replay(draft_id=draft.pk, orders=50_000, actor=company.finance)


def step(replay: Replay) -> tuple[int, int]:
    """Let one chunk run; return how many orders are done, and the share of all in per cent."""
    [row_id] = due_rows(None).filter(handler__startswith="settlement.replays").values_list(
        "pk", flat=True
    )  # fmt: skip
    _outcome, error = execute(row_id)
    assert error is None
    replay.refresh_from_db()
    return replay.done, progress_of(replay).share


def test_two_thousand_orders_run_in_chunks_whose_sums_are_those_of_one_order_each(
    replay: Replay, original: Settlement
) -> None:
    assert (replay.total, replay.done) == (MANY, 0)
    seen = [step(replay) for _chunk in range(-(-MANY // run.CHUNK))]
    assert seen == [(done, done * 100 // MANY) for done in range(run.CHUNK, MANY + 1, run.CHUNK)]
    assert replay.state == Replay.State.DONE
    tally = tally_of(replay)
    after = settle(compile_rules(replay.body), restored(original.facts)).totals["installer"]
    assert tally.roles["installer"] == [MANY * original.gross_fen, MANY * after]
    assert (tally.orders, tally.changed, sum(tally.histogram)) == (MANY, MANY, MANY)
    assert replay.orders.count() == run.KEPT
    assert replay_sheet(replay).installers.diff_fen == MANY * (after - original.gross_fen)


def test_a_replay_cancelled_half_way_keeps_what_it_saw_and_runs_no_further(
    replay: Replay, company: Company
) -> None:
    for _chunk in range(2):
        step(replay)
    cancel_replay(replay_id=replay.pk, actor=company.finance)
    hear()
    replay.refresh_from_db()
    progress = progress_of(replay)
    assert (replay.state, replay.done) == (Replay.State.CANCELLED, 2 * run.CHUNK)
    assert (progress.running, progress.share) == (False, 200 * run.CHUNK // MANY)
    assert tally_of(replay).orders == 2 * run.CHUNK
