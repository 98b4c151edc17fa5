"""Settled orders computed again: a proposal first, then only what differs, each order once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common.errors import Conflict, Refused
from settlement.ledger import balances
from settlement.models import JournalEntry, RecomputeRun, Settlement, StatementPeriod
from settlement.recompute.applying import apply_chunk
from settlement.recompute.comparing import advance
from settlement.recompute.facts import corrected_facts
from settlement.recompute.running import (
    approve_recompute,
    cancel_recompute,
    reject_recompute,
    start_recompute,
)
from settlement.recompute.selectors import adjusted_orders, left_alone
from settlement.services.parties import installer_party
from settlement.services.publishing import publish_rules
from settlement.services.settling import reverse_settlement, settle_work_order
from settlement.statements.reading import read_sheet
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import INDUSTRY, Company, completed, hear, preset, settled
from tests.settlement.recompute.cast import (
    approved,
    broken,
    dearer,
    proposed,
    sum_of_all,
    work_off,
)
from tests.settlement.statement_cast import locked, period_now
from tests.settlement.test_adjustments import posted
from tests.settlement.threads import in_threads
from tests.workorders.world import shop_order
from workorders.models import StaffNotice
from workorders.staff_words import notice_words

State = RecomputeRun.State


def active_of(settlement: Settlement) -> Settlement:
    return Settlement.objects.get(work_order=settlement.work_order_id, status="active")


def differences(run: RecomputeRun) -> dict[str, int]:
    return {
        row.party.name: row.diff_fen
        for row in run.differences.select_related("party")
        if row.party is not None
    }


def test_a_new_version_is_a_proposal_that_moves_nothing(company: Company) -> None:
    first = settled(company)
    run = proposed(company, dearer())
    me = company.installer.user.display_name
    # 90 % of +10.00 in tier B, then skill 10 %, distance 8 % and rating 6 % of it: +11.21; the
    # parties that share the rest pay it.
    assert differences(run) == {
        me: 1121, company.world.hq.name: -448, "华东分公司": -505, "浙江代理": -168,
    }  # fmt: skip
    assert (run.state, run.totals["orders"]) == (State.REVIEW, 1)
    assert run.differences.get(party__installer=company.installer).label == "基础价"
    assert JournalEntry.objects.count() == 1
    assert active_of(first) == first


def test_approved_differences_are_posted_and_a_second_run_finds_none(company: Company) -> None:
    first = settled(company)
    version = dearer()
    run = approved(company, proposed(company, version))
    now = active_of(first)
    entry = JournalEntry.objects.get(kind="difference")
    assert run.state == State.APPLIED
    assert (now.version, now.gross_fen) == (version, first.gross_fen + 1121)
    assert entry.corrects == JournalEntry.objects.get(kind="settlement")
    assert sum(balances(installer_party(company.installer)).values()) == now.gross_fen
    with pytest.raises(Refused) as nothing:
        proposed(company, version)
    assert nothing.value.code == "recompute.nothing"
    again = start_recompute(
        reason="再算", actor=company.finance
    )  # fmt: skip
    work_off()
    assert not again.differences.exists()
    assert sum_of_all() == 0
    assert broken() == []


def test_each_part_keeps_its_share_and_what_was_released_stays_released(company: Company) -> None:
    settled(company)
    approved(company, proposed(company, dearer()))
    # 70 %, 20 % and 10 % of 252.33; the first was available at completion.
    mine = balances(installer_party(company.installer))
    parts = {kind: fen for kind, fen in mine.items() if fen}
    assert parts == {"available": 17_663, "pending": 5_047, "held": 2_523}


def test_the_statement_shows_the_difference_with_what_it_came_from(company: Company) -> None:
    first = settled(company)
    approved(company, proposed(company, dearer()))
    sheet = read_sheet(party=installer_party(company.installer), period=period_now())
    line = next(line for line in sheet.lines if line.code == "difference")
    assert (line.amount_fen, line.rule) == (1121, "基础价")
    assert line.order_number == first.work_order.number
    assert line.done_on == first.done_on


def test_a_locked_period_is_left_alone_and_the_open_one_takes_the_difference(
    company: Company,
) -> None:
    first = settled(company)
    period = locked(company.finance)
    before = JournalEntry.objects.filter(period=period).count()
    approved(company, proposed(company, dearer()))
    entry = JournalEntry.objects.get(kind="difference")
    assert JournalEntry.objects.filter(period=period).count() == before
    assert (entry.period.state, entry.period != period) == (StatementPeriod.State.OPEN, True)
    assert active_of(first).is_late
    assert broken() == []


def test_an_order_settled_anew_meanwhile_is_left_alone_and_listed(company: Company) -> None:
    first, other = settled(company), settled(company, "E20261102002")
    run = proposed(company, dearer())
    reverse_settlement(order_id=first.work_order_id, reason="test")
    settle_work_order(order_id=first.work_order_id)
    run = approved(company, run)
    left = run.differences.exclude(skipped="")
    assert set(left.values_list("work_order_id", "skipped")) == {(first.work_order_id, "newer")}
    assert left.values("cause").distinct().count() > 1
    assert [one.number for one in left_alone(run)] == [first.work_order.number]
    told = StaffNotice.objects.filter(code="recompute_left")
    assert set(told.values_list("user", flat=True)) == {run.started_by_id, run.approved_by_id}
    assert all("1" in notice_words(one) for one in told)
    assert active_of(other).version.number == "2"
    assert (run.totals["skipped"], broken()) == (1, [])


def test_a_recomputed_order_is_taken_back_as_a_whole(company: Company) -> None:
    first = settled(company)
    approved(company, proposed(company, dearer()))
    reverse_settlement(order_id=first.work_order_id, reason="test")
    assert set(balances(installer_party(company.installer)).values()) == {0}
    again = settle_work_order(order_id=first.work_order_id)
    assert again is not None
    assert sum(balances(installer_party(company.installer)).values()) == again.gross_fen
    assert broken() == []
    read_sheet(party=installer_party(company.installer), period=period_now())


def test_a_corrected_fact_is_proposed_for_its_order_by_the_same_rules(company: Company) -> None:
    first = settled(company)
    dearer()
    run = start_recompute(
        corrects=first,
        asked=corrected_facts(kind="rain", value="yes", source="气象台"),
        reason="当天有雨",
        actor=company.finance,
    )
    approved(company, run_again(run))
    now = active_of(first)
    assert (now.version_id, now.gross_fen) == (first.version_id, first.gross_fen + 135)
    assert first.work_order.facts.get(kind="rain").source == "气象台"
    hear()
    assert active_of(first) == now


def test_who_corrects_an_order_reads_what_people_gave_for_it_already(
    company: Company, client: Any
) -> None:
    slip = settled(company)
    client.force_login(company.finance)
    address = reverse("settlement:recompute-fact", args=[slip.pk])
    assert "路上堵车" not in client.get(address).content.decode()
    posted(slip, company, UserFactory(role=Role.FINANCE, unit=company.world.hq), reason="路上堵车")
    words = client.get(address).content.decode()
    assert "路上堵车" in words
    assert "20.00" in words
    typed = {"kind": "rain", "value": "yes", "source": "气象台", "reason": "当天有雨"}
    client.post(address, typed)
    work_off()
    run = RecomputeRun.objects.get()
    assert adjusted_orders(run) == 1
    order = reverse("settlement:recompute-order", args=[run.pk, slip.pk])
    assert "路上堵车" in client.get(order).content.decode()


def test_who_proposes_the_same_correction_is_led_to_the_one_that_waits(
    company: Company, client: Any
) -> None:
    slip = settled(company)
    company.finance.display_name = "周<b>会计"
    company.finance.save()
    client.force_login(company.finance)
    address = reverse("settlement:recompute-fact", args=[slip.pk])
    typed = {"kind": "rain", "value": "yes", "source": "气象台", "reason": "当天有雨"}
    assert client.post(address, typed).status_code == 302
    waiting = reverse("settlement:recompute-detail", args=[RecomputeRun.objects.get().pk])
    refused = client.post(address, typed)
    words = refused.content.decode()
    assert refused.status_code == 409
    assert words.count(f'<a href="{waiting}">') == 1
    assert "周&lt;b&gt;会计" in words
    assert refused.context["form"]["source"].value() == "气象台"
    assert RecomputeRun.objects.count() == 1
    assert client.get(waiting).status_code == 200


def run_again(run: RecomputeRun) -> RecomputeRun:
    work_off()
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("kind", "value", "source"),
    [("rain", "maybe", "气象台"), ("rain", "yes", " "), ("distance_m", "-5", "地图"),
     ("distance_m", "9999999", "地图"), ("moon", "yes", "气象台"),
     ("clerk", "D07", "店长")],
)  # fmt: skip
def test_a_fact_that_cannot_be_is_refused(kind: str, value: str, source: str, tenant: Any) -> None:
    with pytest.raises(Refused):
        corrected_facts(kind=kind, value=value, source=source)


def test_nobody_approves_their_own_run_and_only_one_person_does(company: Company) -> None:
    settled(company)
    run = proposed(company, dearer())
    with pytest.raises(Refused) as own:
        approve_recompute(run_id=run.pk, actor=company.finance)
    assert own.value.code == "recompute.second_person"
    approve_recompute(run_id=run.pk, actor=company.world.admin)
    approve_recompute(run_id=run.pk, actor=company.world.admin)
    with pytest.raises(Conflict):
        cancel_recompute(run_id=run.pk, actor=company.finance)


def test_a_cancelled_run_posts_nothing(company: Company) -> None:
    settled(company)
    run = proposed(company, dearer())
    cancel_recompute(run_id=run.pk, actor=company.finance)
    with pytest.raises(Conflict):
        approve_recompute(run_id=run.pk, actor=company.world.admin)
    apply_chunk(run_id=run.pk, after=0)
    assert JournalEntry.objects.count() == 1


def test_a_rejected_proposal_posts_nothing_and_who_made_it_is_told_why(
    company: Company, client: TenantClient
) -> None:
    settled(company)
    run = proposed(company, dearer())
    with pytest.raises(Refused) as silent:
        reject_recompute(run_id=run.pk, reason=" ", actor=company.world.admin)
    assert silent.value.code == "recompute.rejection"
    with pytest.raises(Refused) as own:
        reject_recompute(run_id=run.pk, reason="不对", actor=company.finance)
    assert own.value.code == "recompute.second_person"
    with pytest.raises(Refused) as unsaid:
        cancel_recompute(run_id=run.pk, actor=company.world.admin)
    assert unsaid.value.code == "recompute.not_own"
    client.force_login(company.world.admin)
    page = reverse("settlement:recompute-detail", args=[run.pk])
    address = reverse("settlement:recompute-reject", args=[run.pk])
    assert address in client.get(page).content.decode()
    assert client.post(address, {"reason": "价格表录错了"}).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.rejected_by) == (RecomputeRun.State.REJECTED, company.world.admin)
    client.force_login(company.finance)
    for shown in (page, reverse("settlement:recompute-list"), reverse("workorders:notice-list")):
        assert "价格表录错了" in client.get(shown).content.decode()
    notice = StaffNotice.objects.get(user=company.finance)
    seen = reverse("workorders:staff-notice-seen", args=[notice.pk])
    assert client.post(seen, {"open": ""})["Location"] == page
    for late in (
        lambda: approve_recompute(run_id=run.pk, actor=company.world.admin),
        lambda: cancel_recompute(run_id=run.pk, actor=company.finance),
        lambda: reject_recompute(run_id=run.pk, reason="再次", actor=company.world.admin),
    ):
        with pytest.raises(Conflict) as known:
            late()
        assert known.value.code == "recompute.rejected"
    apply_chunk(run_id=run.pk, after=0)
    assert JournalEntry.objects.count() == 1


def test_steps_delivered_twice_change_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("settlement.recompute.comparing.CHUNK", 1)
    monkeypatch.setattr("settlement.recompute.applying.CHUNK", 1)
    first = settled(company)
    settled(company, "E20261102002")
    run = start_recompute(version=dearer(), reason="补价", actor=company.finance)
    advance(run_id=run.pk, after=0)
    advance(run_id=run.pk, after=0)
    run = run_again(run)
    assert (run.totals["orders"], run.done, run.differences.count()) == (2, 2, 8)
    approve_recompute(run_id=run.pk, actor=company.world.admin)
    apply_chunk(run_id=run.pk, after=0)
    apply_chunk(run_id=run.pk, after=0)
    run = run_again(run)
    assert JournalEntry.objects.filter(kind="difference").count() == 2
    assert (run.state, run.done) == (State.APPLIED, 2)
    assert (active_of(first).version.number, broken()) == ("2", [])


def test_more_orders_are_posted_by_no_more_statements(company: Company) -> None:
    counts = []
    for number, orders in (("2", ["E1"]), ("3", ["E2", "E3", "E4"])):
        for order in orders:
            settled(company, order)
        run = proposed(company, dearer(number, by=1000 * int(number)))
        approve_recompute(run_id=run.pk, actor=company.world.admin)
        with CaptureQueriesContext(connection) as asked:
            apply_chunk(run_id=run.pk, after=0)
        assert run_again(run).state == State.APPLIED
        counts.append(len(asked))
        work_off()
    assert counts[1] <= counts[0] + 2
    assert broken() == []


def test_what_no_rule_can_settle_any_more_is_listed_and_left(company: Company) -> None:
    first = settled(company)
    body = preset(version="2")
    body["grids"]["price"]["fen"] = {"HA-OTHER": 100}
    version = publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version
    run = proposed(company, version)
    assert (run.totals["skipped"], run.totals["orders"]) == (1, 0)
    assert run.differences.get().cause == "no_price"
    with pytest.raises(Refused) as zero:
        approve_recompute(run_id=run.pk, actor=company.world.admin)
    assert (zero.value.code, active_of(first)) == ("recompute.zero", first)


@pytest.mark.commits
def test_of_two_people_approving_one_wins_and_each_order_is_posted_once(company: Company) -> None:
    settled(company)
    run = proposed(company, dearer())
    other: User = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    people = [company.world.admin, other]
    found = in_threads(
        *(lambda who=who: approve_recompute(run_id=run.pk, actor=who) for who in people)
    )
    (lost,) = (each for each in found if isinstance(each, Conflict))
    run = run_again(run)
    assert run.approved_by is not None
    assert run.approved_by.display_name in str(lost)
    assert JournalEntry.objects.filter(kind="difference").count() == 1


@pytest.mark.commits
def test_completions_settle_while_differences_are_posted(company: Company) -> None:
    first = settled(company)
    order_id = completed(company, shop_order(number="E20261102009")).pk
    run = proposed(company, dearer())
    approve_recompute(run_id=run.pk, actor=company.world.admin)

    def post_it() -> None:
        apply_chunk(run_id=run.pk, after=0)

    def complete_it() -> None:
        settle_work_order(order_id=order_id)

    assert not any(in_threads(*(post_it, complete_it) * 2))
    assert JournalEntry.objects.filter(kind="difference").count() == 1
    assert Settlement.objects.filter(work_order=order_id, status="active").count() == 1
    assert active_of(first).gross_fen == first.gross_fen + 1121
    assert sum_of_all() == 0
