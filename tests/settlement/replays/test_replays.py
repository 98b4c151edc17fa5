"""A replay is the engine on each real order: nothing less, and no settlement changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common.errors import Conflict, Refused
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.rules import compile_rules
from settlement.models import Replay, Settlement
from settlement.proposals.replay_report import tally_of
from settlement.replays import run
from settlement.replays.report import both_explanations, replay_order, replay_sheet
from settlement.replays.run import advance_replay, cancel_replay, start_replay
from settlement.replays.tally import Tally, bar_of, shared_like
from tests.settlement.company import Company, hear, settled
from tests.settlement.conftest import company
from tests.settlement.proposals.conftest import hq_draft, second, submitted
from tests.settlement.proposals.test_proposals import published

__all__ = ["company", "second"]

RATE = {"/tables/tier/rows/T-B/coef_bp": 8_000, "/components/CROSS/amount_fen": 15_000}


@pytest.fixture
def orders(company: Company) -> list[Settlement]:
    """Three settled orders."""
    return [settled(company, f"E2026110200{n}") for n in range(3)]


def finished(company: Company, changes: dict[str, Any], count: int = 50) -> Replay:
    draft = hq_draft(company, changes)
    replay = start_replay(draft_id=draft.pk, orders=count, actor=company.finance)
    for _chunk in range(3):  # each round hears what the one before announced
        hear()
    replay.refresh_from_db()
    return replay


def test_a_replay_is_the_engine_on_each_order(
    company: Company, orders: list[Settlement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "CHUNK", 2)
    replay = finished(company, RATE)
    rules = compile_rules(replay.body)
    after = {o.pk: settle(rules, restored(o.facts)).totals["installer"] for o in orders}
    kept = {row.settlement_id: (row.before_fen, row.after_fen) for row in replay.orders.all()}
    assert kept == {o.pk: (o.gross_fen, after[o.pk]) for o in orders}
    tally = tally_of(replay)
    assert (replay.state, replay.done, tally.orders, tally.changed) == ("done", 3, 3, 3)
    assert tally.roles["installer"] == [sum(o.gross_fen for o in orders), sum(after.values())]
    for sums in (tally.roles, tally.payees):
        assert {sum(entry[side] for entry in sums.values()) for side in (0, 1)} == {
            sum(o.paid_fen for o in orders)
        }
    assert sum(tally.histogram) == 3
    assert tally.hits["BASE/T-B"] == 3
    assert {o.gross_fen for o in Settlement.objects.all()} == {o.gross_fen for o in orders}


def test_rules_that_change_nothing_change_no_order(
    company: Company, orders: list[Settlement]
) -> None:
    replay = finished(company, {"/components/SEASON/rate_bp": 1_001})
    assert (tally_of(replay).changed, replay.orders.count()) == (0, 0)
    assert all(before == after for before, after in tally_of(replay).payees.values())


def test_the_number_asked_for_is_the_number_replayed_newest_first(
    company: Company, orders: list[Settlement]
) -> None:
    replay = finished(company, RATE, count=2)
    assert (replay.total, replay.done) == (2, 2)
    assert set(replay.orders.values_list("settlement_id", flat=True)) == {
        order.pk for order in orders[1:]
    }


def test_a_chunk_that_comes_twice_counts_once(company: Company, orders: list[Settlement]) -> None:
    replay = finished(company, RATE)
    again = advance_replay(replay_id=replay.pk, below_id=0)
    assert again.tally == replay.tally


def test_a_cancelled_replay_stops_and_cannot_be_cancelled_again(
    company: Company, orders: list[Settlement]
) -> None:
    draft = hq_draft(company, RATE)
    replay = start_replay(draft_id=draft.pk, orders=50, actor=company.finance)
    assert start_replay(draft_id=draft.pk, orders=50, actor=company.finance) == replay
    cancel_replay(replay_id=replay.pk, actor=company.finance)
    hear()
    replay.refresh_from_db()
    assert (replay.state, replay.done) == ("cancelled", 0)
    with pytest.raises(Conflict):
        cancel_replay(replay_id=replay.pk, actor=company.finance)


@pytest.mark.parametrize("count", [0, -1, 50_001])
def test_a_number_of_orders_beyond_the_limits_is_refused(company: Company, count: int) -> None:
    draft = hq_draft(company, RATE)
    with pytest.raises(Refused) as caught:
        start_replay(draft_id=draft.pk, orders=count, actor=company.finance)
    assert caught.value.code == "replay.orders"


def test_an_order_opens_to_both_explanations(company: Company, orders: list[Settlement]) -> None:
    replay = finished(company, RATE)
    sheet = replay_sheet(replay)
    row = replay_order(replay, replay.orders.earliest("pk").pk)
    assert row is not None
    pairs = both_explanations(row)
    assert sum(p.before_fen or 0 for p in pairs) == sum(p.after_fen or 0 for p in pairs)
    base = next(pair for pair in pairs if pair.differs)
    assert base.before_why
    assert base.after_why
    assert base.before_why != base.after_why
    assert sheet.installers.diff_fen == tally_of(replay).roles["installer"][1] - sum(
        order.gross_fen for order in orders
    )


def test_a_version_keeps_the_replay_of_its_draft_and_whether_it_is_still_true(
    company: Company, orders: list[Settlement], second: User
) -> None:
    replay = finished(company, RATE)
    version = published(submitted(replay.draft, company.finance), second)
    report = version.checks["replay"]
    assert (report["id"], report["orders"], report["outdated"]) == (replay.pk, 3, False)
    assert report["hits"]["BASE/T-B"] == 3


@pytest.mark.parametrize(
    ("before", "totals", "after"),
    [
        ({("hq", 1): 100}, {"hq": 90}, {("hq", 1): 90}),
        ({}, {"tax": 7}, {("tax", None): 7}),
        ({("installer", 1): 200, ("installer", 2): 100}, {"installer": 100},
         {("installer", 1): 67, ("installer", 2): 33}),
        ({("installer", 1): 0, ("installer", 2): 0}, {"installer": -5},
         {("installer", 1): -3, ("installer", 2): -2}),
    ],
)  # fmt: skip
def test_new_totals_reach_those_who_had_the_money_to_the_fen(
    before: dict[tuple[str, int | None], int],
    totals: dict[str, int],
    after: dict[tuple[str, int | None], int],
) -> None:
    assert shared_like(before, totals) == after


@pytest.mark.parametrize(
    ("diff_fen", "bar"),
    [
        (-9_999, 0),
        (-5_000, 0),
        (-4_999, 1),
        (-1, 4),
        (0, 5),
        (1, 6),
        (500, 6),
        (501, 7),
        (5_001, 10),
    ],
)
def test_a_change_belongs_to_one_bar(diff_fen: int, bar: int) -> None:
    assert bar_of(diff_fen) == bar
    assert len(Tally().histogram) == 11


@pytest.mark.parametrize(
    ("changes", "said"),
    [(RATE, False), ({"/components/RELEASE/milestones/REL1/rate_bp": 5_000}, True)],
)
def test_a_replay_says_when_rules_change_the_days_of_money(
    company: Company, orders: list[Settlement], client: Any, changes: dict[str, Any], said: bool
) -> None:
    replay = finished(company, changes)
    client.force_login(company.finance)
    page = client.get(reverse("settlement:replay-detail", args=[replay.pk]))
    assert page.context["other_days"] is said
    assert ("何时到账" in page.content.decode()) is said
