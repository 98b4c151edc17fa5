"""A replay counts the bonuses of the periods its orders lie in, as a lock would post them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import translation

from common import clock
from common.formatting import money
from settlement.models import PeriodLine, Replay, RuleSetVersion, Settlement
from settlement.proposals.replay_report import replay_report, tally_of
from settlement.replays.bonus_pairs import bonus_pair
from settlement.replays.report import replay_sheet
from settlement.services.parties import installer_party, unit_party
from settlement.services.publishing import publish_rules
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.conftest import company
from tests.settlement.replays.test_replays import finished
from tests.settlement.statement_cast import locked, period_now
from tests.settlement.test_bonuses import BONUS

__all__ = ["company"]

PER_ORDER = "/period/PVOL/brackets"
SHARE = {**BONUS, "code": "PFEN", "measure": "amount", "brackets": [{"from": 1, "rate_bp": 1_000}]}


def rewarding(company: Company, *rules: dict[str, Any]) -> list[Settlement]:
    """Three settled orders under rules with bonuses."""
    body = preset(period=[*rules], version="2026.2")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    return [settled(company, f"E2026110200{n}") for n in range(3)]


def test_a_thousand_yuan_more_an_order_in_a_bonus_is_seen_in_every_figure(
    company: Company,
) -> None:
    orders = rewarding(company, BONUS)
    more = [{"from": 2, "each_fen": 101_000}, {"from": 3, "each_fen": 101_500}]
    replay = finished(company, {PER_ORDER: more})
    tally = tally_of(replay)
    mine, payer = installer_party(company.installer), unit_party(company.world.hq)
    assert tally.roles["installer"] == [sum(o.gross_fen for o in orders)] * 2
    assert tally.bonuses.roles == {"installer": [4_500, 304_500], "hq": [-4_500, -304_500]}
    assert tally.payees[str(mine.pk)][1] - tally.payees[str(mine.pk)][0] == 300_000
    assert tally.payees[str(payer.pk)][1] - tally.payees[str(payer.pk)][0] == -300_000
    assert (tally.bonuses.changed, tally.bonuses.histogram[-1], tally.changed) == (1, 1, 0)
    sheet = replay_sheet(replay)
    assert sheet.installers.diff_fen == 300_000
    assert (sheet.gaining, sheet.losing) == (1, 1)
    assert sheet.bonuses is not None
    [row] = sheet.bonuses.gainers
    assert (row.before_fen, row.after_fen, row.orders) == (4_500, 304_500, 3)
    assert mine.name in row.name
    assert str(period_now()) in row.name
    assert [row.diff_fen for row in sheet.roles if row.diff_fen] == [300_000, -300_000]


def test_what_a_replay_calls_before_is_what_the_lock_posts(company: Company) -> None:
    rewarding(company, BONUS, SHARE)
    replay = finished(company, {"/components/URGENT/rate_bp": 3_001})
    locked(company.finance)
    posted = sum(PeriodLine.objects.values_list("amount_fen", flat=True))
    assert tally_of(replay).bonuses.roles["installer"] == [posted, posted]


def test_a_bonus_on_amounts_follows_what_the_orders_would_bring(company: Company) -> None:
    orders = rewarding(company, SHARE)
    replay = finished(company, {"/tables/tier/rows/T-B/coef_bp": 8_000})
    tally = tally_of(replay)
    before, after = tally.roles["installer"]
    assert before == sum(order.gross_fen for order in orders)
    assert after < before
    assert tally.bonuses.roles["installer"] == [(before + 5) // 10, (after + 5) // 10]
    sheet = replay_sheet(replay)
    assert sheet.bonuses is not None
    assert [row.diff_fen for row in sheet.bonuses.losers] == [
        (after + 5) // 10 - (before + 5) // 10
    ]


def test_each_bonus_that_falls_opens_to_both_explanations(company: Company, client: Any) -> None:
    brackets = [{"from": 1, "rate_bp": 1_000}, {"from": 20_000, "rate_bp": 2_000}]
    bigger = {**SHARE, "brackets": brackets}
    pieces = {**BONUS, "code": "PIECE", "label": "件数奖", "mode": "graduated"}
    orders = rewarding(company, bigger, pieces)
    gross = sum(order.gross_fen for order in orders)
    less = [{"from": 1, "rate_bp": 500}, {"from": 20_000, "rate_bp": 1_000}]
    replay = finished(company, {
        "/period/PFEN/brackets": less, "/period/PIECE/brackets": [{"from": 9, "each_fen": 1_500}],
        "/tables/tier/rows/T-B/coef_bp": 8_000,
    })  # fmt: skip
    after = tally_of(replay).roles["installer"][1]
    client.force_login(company.finance)
    sheet = replay_sheet(replay)
    assert sheet.bonuses is not None
    [row] = sheet.bonuses.losers
    page = client.get(f"/settlement/rules/replays/{replay.pk}/").content.decode()
    assert f'<a href="{row.url}">' in page
    with translation.override("en"):
        shown = client.get(row.url, headers={"accept-language": "en"})
    bonus = shown.context["bonus"]
    assert (bonus.before_fen, bonus.after_fen) == (row.before_fen, row.after_fen)
    assert (bonus.money_before_fen, bonus.money_after_fen) == (gross, after)
    assert bonus.version.number == "2026.2"
    share, piece = bonus.pairs
    assert share.before_fen + piece.before_fen == row.before_fen
    assert share.after_fen + piece.after_fen == row.after_fen
    words = shown.content.decode()
    for pair, earned, rate in ((share.before_why, gross, "20%"), (share.after_why, after, "10%")):
        (said,) = [each for each in pair if rate in each]
        assert money(earned) in said
        assert "¥200.00" in said  # the bracket that was reached
        assert said in words
    # two brackets of one order each before; nothing below nine orders under the draft
    assert len([each for each in piece.before_why if "×" in each]) == 2
    (missed,) = piece.after_why
    assert "3" in missed
    assert "9" in missed
    assert piece.after_fen == 0


def test_a_bonus_only_one_of_two_rules_has_stands_alone(company: Company, client: Any) -> None:
    rewarding(company, BONUS)
    body = preset(period=[], version="2026.3")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    more = {**BONUS, "code": "OTHER", "label": "新奖", "brackets": [{"from": 1, "each_fen": 1}]}
    other = finished(company, {"/period": [more]})
    assert [row[6:9] for row in tally_of(other).bonuses.rows] == [[0, 3, rule_id("2026.3")]]
    bonus = bonus_pair(other, 0)
    assert bonus is not None
    [pair] = bonus.pairs
    assert (pair.before_fen, pair.before_why, pair.after_fen) == (None, (), 3)


def rule_id(number: str) -> int:
    return RuleSetVersion.objects.get(number=number).pk


def test_a_replay_from_before_versions_were_kept_is_explained_by_what_counted_then(
    company: Company, client: Any
) -> None:
    rewarding(company, BONUS)
    replay = finished(company, {PER_ORDER: [{"from": 2, "each_fen": 500}]})
    tally = replay.tally
    tally["bonuses"]["rows"] = [row[:8] for row in tally["bonuses"]["rows"]]
    replay.save()
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        later = preset(period=[], version="2026.3")
        publish_rules(key=INDUSTRY, industry=INDUSTRY, body=later, actor=None)
    client.force_login(company.finance)
    found = client.get(reverse("settlement:replay-bonus", args=[replay.pk, 0]))
    assert found.context["bonus"].version.number == "2026.2"
    assert [each.before_fen for each in found.context["bonus"].pairs] == [4_500]
    assert client.get(reverse("settlement:replay-bonus", args=[replay.pk, 1])).status_code == 404


def test_a_period_the_window_cuts_is_counted_whole_and_named(company: Company) -> None:
    rewarding(company, BONUS)
    more = [{"from": 3, "each_fen": 2_000}]
    replay = finished(company, {PER_ORDER: more}, count=2)
    tally = tally_of(replay)
    assert tally.bonuses.cut == [[period_now().starts_on.isoformat(), 2, 3]]
    assert tally.bonuses.roles["installer"] == [4_500, 6_000]
    sheet = replay_sheet(replay)
    assert sheet.bonuses is not None
    assert any("2" in note and "3" in note for note in sheet.bonuses.notes)


def test_a_bonus_the_draft_drops_is_lost_and_one_it_adds_is_won(company: Company) -> None:
    rewarding(company, BONUS)
    other = {**BONUS, "party": "branch", "brackets": [{"from": 1, "each_fen": 700}]}
    replay = finished(company, {"/period": [other]})
    roles = tally_of(replay).bonuses.roles
    assert roles == {"installer": [4_500, 0], "branch": [0, 2_100], "hq": [-4_500, -2_100]}


def test_rules_without_bonuses_show_none(company: Company, client: Any) -> None:
    settled(company)
    replay = finished(company, {"/components/URGENT/rate_bp": 3_001})
    assert tally_of(replay).bonuses.roles == {}
    assert replay_sheet(replay).bonuses is None


def test_the_page_and_the_version_name_the_bonuses(company: Company, client: Any) -> None:
    rewarding(company, BONUS)
    replay = finished(company, {PER_ORDER: [{"from": 2, "each_fen": 500}]})
    client.force_login(company.finance)
    page = client.get(f"/settlement/rules/replays/{replay.pk}/").content.decode()
    assert "周期奖金" in page
    assert "30.00" in page  # 45.00 before, 15.00 after
    report = replay_report(Replay.objects.get(pk=replay.pk).draft, replay.body)
    assert report["bonuses"]["installer"] == [4_500, 1_500]
