"""Who is reminded of a dispute, and how one ends that nobody decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from common.outbox.models import OutboxRow
from dashboards.alerts import _money as alerts_of
from dashboards.staff import staff_page
from settlement.disputes import handlers
from settlement.disputes.events import DisputeOverdue, DisputeUnanswered
from settlement.disputes.filing import answer_dispute
from settlement.disputes.handlers import look_at_the_clock
from settlement.disputes.report import report_html
from settlement.disputes.reviewing import ask_departments
from settlement.disputes.silence import time_out
from settlement.disputes.statistics import quarrels_by_rule
from settlement.disputes.terms import set_terms
from settlement.disputes.waiting import awaiting, who_acts
from settlement.held.selectors import HeldMoney
from settlement.models import Dispute, DisputeTerm, JournalEntry
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import Company, hear
from tests.settlement.disputes.test_disputes import (
    broken,
    decide,
    filed,
    handed_up,
    mine,
    paid_job,
)


def at(dispute: Dispute) -> Any:
    """The moment the dispute's time is up."""
    dispute.refresh_from_db()
    assert dispute.due_at is not None
    return dispute.due_at


def watched(moment: Any) -> None:
    """The clock looks twice at a moment, and its work is done."""
    with clock.moved_to(moment):
        for _twice in range(2):
            look_at_the_clock()
            hear()


def never_decided(company: Company) -> Dispute:
    """A refused claim of 30.00 after every term has run out; the money was held."""
    dispute = handed_up(company, filed(company, paid_job(company)))
    for _term in range(2):
        watched(at(dispute) + timedelta(minutes=1))
    dispute.refresh_from_db()
    return dispute


def moves(dispute: Dispute) -> list[str]:
    return list(dispute.steps.order_by("pk").values_list("move", flat=True))


def test_what_nobody_decides_ends_with_the_line_as_it_was_and_the_money_back(
    company: Company,
) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    watched(at(dispute) + timedelta(minutes=1))
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_fen, mine(company)) == ("overdue", 3_000, (5_412, 18_700))
    watched(at(dispute) + timedelta(minutes=1))
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_fen, dispute.due_at) == ("timed_out_dismissed", 0, None)
    assert (dispute.decided_at, dispute.decided_fen, dispute.payer) == (None, None, None)
    assert mine(company) == (2_412, 21_700)
    assert not JournalEntry.objects.filter(kind="dispute").exists()
    assert moves(dispute)[-2:] == ["urge", "expire"]
    with pytest.raises(Conflict):
        decide(company, dispute, "uphold", 3_000)
    assert broken() == []


def test_an_overdue_decision_may_still_be_made_and_more_may_be_asked_for(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    watched(at(dispute) + timedelta(minutes=1))
    assert decide(company, dispute, "leave_open").state == "undecided"
    answered = answer_dispute(dispute_id=dispute.pk, text="补", actor=company.installer.user)
    assert answered.state == "escalated"
    watched(at(dispute) + timedelta(minutes=1))
    assert decide(company, dispute, "uphold", 3_000).state == "upheld"
    assert mine(company) == (2_412, 24_700)


def test_what_nobody_judged_may_be_claimed_anew_and_costs_no_decision(company: Company) -> None:
    dispute = never_decided(company)
    settlement = dispute.line.settlement  # type: ignore[union-attr]  # of a line
    for _time in range(2):
        decide(company, handed_up(company, filed(company, settlement)), "reject")
    assert Dispute.objects.filter(state="rejected").count() == 2


def test_both_sides_and_the_case_report_say_that_it_was_not_decided_in_time(
    company: Company, client: TenantClient
) -> None:
    dispute = never_decided(company)
    client.cookies["lang"] = "zh-hans"
    client.force_login(company.installer.user)
    phone = client.get(reverse("settlement-phone:dispute", args=[dispute.number])).content.decode()
    client.force_login(company.finance)
    desk = client.get(reverse("settlement:dispute-detail", args=[dispute.number])).content.decode()
    for text in (phone, desk, report_html(dispute)):
        assert "逾期未判定" in text
        assert "维持原结算" in text
        assert "¥30.00" in text
    found = client.get(reverse("settlement:dispute-list"), {"state": "timed_out_dismissed"})
    assert dispute.number in found.content.decode()
    page = client.get(reverse("settlement:dispute-statistics")).content.decode()
    assert "逾期未判定" in page


def test_a_rule_is_counted_with_what_nobody_decided_in_time(company: Company) -> None:
    never_decided(company)
    (row,) = quarrels_by_rule(actor=company.finance)
    assert (row.disputes, row.open, row.upheld, row.silent, row.expired) == (1, 0, 0, 0, 1)
    assert (row.upheld_bp, row.paid_fen) == (None, 0)


def test_the_boss_is_told_of_overdue_and_of_undecided_disputes(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    admin, today = company.world.admin, clock.business_day()
    for state in ("overdue", "timed_out_dismissed"):
        watched(at(dispute) + timedelta(minutes=1))
        urls = [one.url for one in alerts_of(admin, today)]
        assert any(url.endswith(f"state={state}") for url in urls), urls


def test_who_has_to_act_is_reminded_at_half_time_and_a_day_before_the_end(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    began, due_at = dispute.steps.latest("pk").at, at(dispute)
    half = began + (due_at - began) / 2
    watched(half - timedelta(minutes=1))
    assert "remind" not in moves(dispute)
    watched(half + timedelta(minutes=1))
    assert moves(dispute).count("remind") == 1
    watched(due_at - timedelta(hours=23))
    watched(due_at - timedelta(hours=1))
    assert moves(dispute).count("remind") == 2
    reminded = dispute.steps.filter(move="remind").latest("pk")
    assert company.finance.display_name in reminded.text
    assert (reminded.from_state, reminded.to_state) == ("escalated", "escalated")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.due_at, dispute.held_fen) == ("escalated", due_at, 3_000)


def test_nobody_is_reminded_of_what_was_decided_meanwhile(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    due_at = at(dispute)
    decide(company, dispute, "reject")
    watched(due_at - timedelta(hours=1))
    assert "remind" not in moves(dispute)


def test_a_dispute_waits_for_who_may_do_the_next_thing(company: Company) -> None:
    admin, manager, finance = company.world.admin, company.manager, company.finance
    dispute = filed(company, paid_job(company))
    everybody = (admin, manager, finance)
    assert set(who_acts(dispute)) >= {manager, finance}
    ask_departments(dispute_id=dispute.pk, asked=["outlet"], actor=finance)
    dispute.refresh_from_db()
    assert manager in who_acts(dispute)
    assert finance not in who_acts(dispute)
    Dispute.objects.update(state="escalated")
    dispute.refresh_from_db()
    assert finance in who_acts(dispute)
    assert not {admin, manager} & set(who_acts(dispute))
    Dispute.objects.update(state="overdue")
    dispute.refresh_from_db()
    assert {admin, finance} <= set(who_acts(dispute))
    assert [awaiting(actor=one).count() for one in everybody] == [1, 0, 1]
    Dispute.objects.update(state="undecided")
    dispute.refresh_from_db()
    assert who_acts(dispute) == [company.installer.user]


def test_nobody_is_asked_about_what_they_do_not_see_or_claim_themselves(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    elsewhere = UserFactory(role=Role.FINANCE, unit=company.agent)
    gone = UserFactory(role=Role.FINANCE, unit=company.world.hq, is_active=False)
    assert not {elsewhere, gone} & set(who_acts(dispute))


def test_the_staff_view_counts_what_waits_and_opens_just_that(
    company: Company, client: TenantClient
) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    (task,) = [one for one in staff_page(actor=company.finance).tasks if "mine" in one.url]
    assert task.value == "1"
    client.force_login(company.finance)
    assert dispute.number in client.get(task.url).content.decode()
    client.force_login(company.manager)
    assert dispute.number not in client.get(task.url).content.decode()


def test_held_money_names_the_day_on_which_it_comes_back_if_nobody_ever_acts(
    company: Company,
) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    set_terms(hours={"overdue": 240}, actor=company.finance)
    shown = HeldMoney(actor=company.finance, cause="dispute", payee="")[0]
    end = at(dispute) + timedelta(hours=240)
    assert shown.until == clock.business_day(end)
    with clock.moved_to(at(dispute)):
        time_out(dispute_id=dispute.pk)
    assert clock.business_day(at(dispute)) == shown.until
    with clock.moved_to(at(dispute)):
        time_out(dispute_id=dispute.pk)
    assert len(HeldMoney(actor=company.finance, cause="dispute", payee="")) == 0


@pytest.mark.parametrize("moment", ["due_at", "remind_at"])
def test_what_fails_for_good_keeps_nobody_elses_time_from_being_looked_at(
    company: Company, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr(handlers, "MOST", 1)
    settlement = paid_job(company)
    stuck, other = (filed(company, settlement, fen=100, seq=seq) for seq in (1, 2))
    now = at(other)
    Dispute.objects.update(due_at=now + timedelta(days=9), remind_at=None)
    Dispute.objects.filter(pk=stuck.pk).update(**{moment: now - timedelta(hours=1)})
    Dispute.objects.filter(pk=other.pk).update(**{moment: now})
    made = OutboxRow.objects.filter(topic__in=[DisputeOverdue.topic(), DisputeUnanswered.topic()])
    with clock.moved_to(now):
        look_at_the_clock()
        made.update(dead_at=clock.wall_now())
        look_at_the_clock()
        look_at_the_clock()
    told = made.order_by("pk").values_list("payload__dispute_id", flat=True)
    assert list(told) == [stuck.pk, other.pk]


def test_only_headquarters_sets_how_long_the_company_waits(company: Company) -> None:
    branch = UserFactory(role=Role.FINANCE, unit=company.world.east)
    with pytest.raises(Refused):
        set_terms(hours={"answer": 1}, actor=branch)
    assert not DisputeTerm.objects.exists()
