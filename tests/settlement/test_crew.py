"""Two people on one order: who did what is kept, and each is paid for their own part."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Installer
from common.errors import Conflict, Refused
from common.invariants import run_checks
from settlement.disputes.filing import Claim, file_dispute
from settlement.earnings import earned_by, own_order
from settlement.ledger import balances
from settlement.models import RecomputeRun, Settlement
from settlement.months import month_of
from settlement.people import earned_between
from settlement.recompute.applying import apply_chunk
from settlement.recompute.comparing import advance
from settlement.recompute.crew import corrected_crew
from settlement.recompute.running import approve_recompute, start_recompute
from settlement.services.estimating import estimates
from settlement.services.parties import installer_party
from settlement.services.periods import open_period_for
from settlement.services.releasing import release_milestone
from settlement.statements.reading import read_sheet
from tests.browsing import TenantClient
from tests.factories import InstallerFactory, UserFactory
from tests.settlement.company import Company, approve, hear
from tests.workorders import walking
from tests.workorders.world import open_order
from workorders.guards import body_of
from workorders.models import CrewMember, StepDone, WorkOrder
from workorders.services.crew import add_helper, choose_shares, remove_helper
from workorders.services.evidence import mark_step
from workorders.services.progress import assign_installer, end_by_shop

WHOLE = 24_112


@pytest.fixture
def wang(company: Company) -> Installer:
    return InstallerFactory(
        outlet=company.installer.outlet, grade=company.installer.grade, rating_x10=40
    )


def on_site(company: Company) -> WorkOrder:
    order = open_order(company.world)
    walking.arrive(order, company.world)
    return order


def done(order: WorkOrder, company: Company) -> Settlement:
    walking.prove(order, company.world)
    walking.step(order, "complete", company.installer.user)
    hear()
    return Settlement.objects.get(work_order=order, status="active")


def broken() -> list[str]:
    found = run_checks(only=["I1", "I2", "I3", "I5"])
    return [sentence for each in found for sentence in each.violations]


def parts(settlement: Settlement) -> dict[int, int]:
    found: dict[int, int] = {}
    for line in settlement.lines.filter(party_role="installer").select_related("payee"):
        found[line.payee.installer_id] = found.get(line.payee.installer_id, 0) + line.amount_fen
    return found


def test_two_people_are_paid_by_minutes_get_a_statement_each_and_give_all_of_it_back(
    company: Company, wang: Installer
) -> None:
    li = company.installer
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=company.world.dispatcher)
    mark_step(order_id=order.pk, seq=1, actor=wang.user)  # 10 of 50 minutes
    settlement = done(order, company)
    paid = parts(settlement)
    assert sum(paid.values()) == settlement.gross_fen == WHOLE
    assert abs(paid[wang.pk] - WHOLE // 5) <= 6  # each of six lines is rounded once
    day = settlement.done_on
    assert earned_between(installer_ids=[li.pk, wang.pk], first=day, last=day) == paid
    own, theirs = earned_by(order, wang), earned_by(order, li)
    assert own is not None
    assert theirs is not None
    assert own.share is not None
    assert (own.net_fen, theirs.net_fen) == (paid[wang.pk], paid[li.pk])
    assert sum(part.amount_fen for part in settlement.releases.all()) == WHOLE
    month = month_of(installer=wang, first=day.replace(day=1), week=None)
    assert (month.count, month.total_fen) == (1, paid[wang.pk])
    period = open_period_for(day)
    for who in (li, wang):
        assert read_sheet(party=installer_party(who), period=period).total_fen == paid[who.pk]
    approve(WorkOrder.objects.get(pk=order.pk), company)
    release_milestone(order_id=order.pk, milestone="followed_up")
    assert balances(installer_party(wang))["pending"] == 0
    assert broken() == []
    end_by_shop(order_id=order.pk, reason="the line was refunded")
    hear()
    assert not any(any(balances(installer_party(who)).values()) for who in (li, wang))
    assert broken() == []


def test_who_is_replaced_is_paid_for_finished_steps_and_finds_the_job_in_their_month(
    company: Company, wang: Installer
) -> None:
    li = company.installer
    order = open_order(company.world)
    assign_installer(order_id=order.pk, installer=wang, actor=company.world.dispatcher)
    mark_step(order_id=order.pk, seq=2, actor=wang.user)  # 40 of 50 minutes
    assign_installer(
        order_id=order.pk, installer=li, actor=company.world.dispatcher, reason="他病了"
    )
    place = CrewMember.objects.get(work_order=order)
    assert (place.installer_id, place.left_at is not None) == (wang.pk, True)
    me = li.user
    walking.step(order, "accept", me)
    walking.step(order, "book", me, appointment=walking.tomorrow())
    walking.step(order, "set_out", me)
    walking.check_in(order_id=order.pk, actor=me, lon=120.1244, lat=30.2841)
    walking.step(order, "arrive", me)
    paid = parts(done(order, company))
    assert abs(paid[wang.pk] - WHOLE * 4 // 5) <= 6
    assert own_order(installer=wang, number=order.number) is not None
    assert order.timeline.filter(code="crew_kept").exists()


@pytest.mark.parametrize(("li_bp", "wang_bp"), [(9_000, 900), (10_000, 1), (11_000, -1_000)])
def test_parts_that_are_not_the_whole_are_refused(
    company: Company, wang: Installer, li_bp: int, wang_bp: int
) -> None:
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=None)
    with pytest.raises(Refused) as refusal:
        choose_shares(
            order_id=order.pk,
            shares={company.installer.pk: li_bp, wang.pk: wang_bp},
            actor=None,
        )
    assert refusal.value.code == "shares.sum"


def test_chosen_percent_divides_and_is_void_once_the_people_change(
    company: Company, wang: Installer
) -> None:
    li = company.installer
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=None)
    choose_shares(order_id=order.pk, shares={li.pk: 2_500, wang.pk: 7_500}, actor=None)
    third = InstallerFactory(outlet=li.outlet)
    add_helper(order_id=order.pk, installer=third, actor=None)
    assert order.timeline.filter(code="shares_void").exists()
    remove_helper(order_id=order.pk, installer_id=third.pk, reason="不用了", actor=None)
    choose_shares(order_id=order.pk, shares={li.pk: 2_500, wang.pk: 7_500}, actor=None)
    paid = parts(done(order, company))
    assert abs(paid[wang.pk] - WHOLE * 3 // 4) <= 6
    with pytest.raises(Refused) as refusal:
        choose_shares(order_id=order.pk, shares=None, actor=None)
    assert refusal.value.code == "crew.completed"


def test_nobody_is_on_an_order_twice(company: Company, wang: Installer) -> None:
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=None)
    for again in (wang, company.installer):
        with pytest.raises(Conflict):
            add_helper(order_id=order.pk, installer=again, actor=None)


def test_a_corrected_division_is_a_proposal_and_moves_only_the_difference(
    company: Company, wang: Installer
) -> None:
    li = company.installer
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=None)
    mark_step(order_id=order.pk, seq=1, actor=wang.user)
    before = done(order, company)
    run = start_recompute(
        corrects=before,
        asked=corrected_crew(order, shares={li.pk: 5_000, wang.pk: 5_000}, source="电话"),
        reason="两人说好对半分",
        actor=company.finance,
    )
    run = advance(run_id=run.pk, after=0)
    assert {row.party.installer_id for row in run.differences.all()} == {li.pk, wang.pk}
    assert not run.differences.exclude(skipped="").exists()
    assert parts(before)[wang.pk] < WHOLE // 3
    second = UserFactory(role=company.finance.role, unit=company.world.hq)
    approve_recompute(run_id=run.pk, actor=second)
    apply_chunk(run_id=run.pk, after=0)
    after = Settlement.objects.get(work_order=order, status="active")
    assert abs(parts(after)[wang.pk] - WHOLE // 2) <= 6
    assert sum(parts(after).values()) == WHOLE
    assert order.chosen_shares.count() == 2
    assert broken() == []


def test_a_helper_disputes_their_own_line_and_nobody_elses(
    company: Company, wang: Installer
) -> None:
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=None)
    mark_step(order_id=order.pk, seq=1, actor=wang.user)
    settlement = done(order, company)
    claim = Claim(fen=100, kind=1, reason="少了")
    theirs, own = settlement.lines.order_by("seq")[:2]
    mine = installer_party(wang)
    with pytest.raises(Refused):
        file_dispute(kind="line", pk=theirs.pk, claim=claim, party=mine, actor=wang.user)
    filed = file_dispute(kind="line", pk=own.pk, claim=claim, party=mine, actor=wang.user)
    assert filed.claimant_party.installer_id == wang.pk


def test_the_phone_shows_the_job_to_a_helper_and_hides_it_from_strangers(
    company: Company, wang: Installer, client: TenantClient
) -> None:
    order = on_site(company)
    WorkOrder.objects.update(window_starts_at=None, window_ends_at=None)
    add_helper(order_id=order.pk, installer=wang, actor=None)
    stranger = InstallerFactory(outlet=company.installer.outlet)
    answers = {}
    for who in (wang, stranger):
        client.force_login(who.user)
        answers[who.pk] = client.get(f"/m/today/{order.number}/")
    assert (answers[wang.pk].status_code, answers[stranger.pk].status_code) == (200, 404)
    client.force_login(wang.user)
    day = client.get("/m/today/")
    assert company.installer.user.display_name in day.content.decode()
    with pytest.raises(Refused) as refusal:
        walking.step(order, "complete", wang.user)
    assert refusal.value.code == "transition.lead_only"


def test_who_takes_over_or_gets_help_is_promised_their_own_part(
    company: Company, wang: Installer
) -> None:
    li = company.installer
    order = on_site(company)
    order.refresh_from_db()
    alone = estimates(order=order, installers=[li, wang])
    whole, own = alone[wang.pk].gross_fen, alone[li.pk].gross_fen
    mark_step(order_id=order.pk, seq=1, actor=li.user)  # 10 of 55 minutes planned
    taken_over = estimates(order=order, installers=[wang])[wang.pk]
    assert abs(taken_over.gross_fen - whole * 45 // 55) <= 6
    add_helper(order_id=order.pk, installer=wang, actor=None)
    shared = estimates(order=order, installers=[li])[li.pk]  # 10 + 23 of 55 minutes
    assert abs(shared.gross_fen - own * 3 // 5) <= 6
    choose_shares(order_id=order.pk, shares={li.pk: 2_500, wang.pk: 7_500}, actor=None)
    assert abs(estimates(order=order, installers=[li])[li.pk].gross_fen - own // 4) <= 6


def test_finance_corrects_who_finished_a_step_also_for_who_was_never_recorded(
    company: Company, wang: Installer, client: TenantClient
) -> None:
    li = company.installer
    order = on_site(company)
    before = done(order, company)
    client.force_login(company.finance)
    address = reverse("settlement:recompute-crew", args=[before.pk])
    said = {"way": "steps", "source": "电话", "reason": "第一步是老王做的"}
    done_by = dict(StepDone.objects.values_list("seq", "installer_id"))
    names = (f"step_{step.seq}" for step in body_of(order).steps)
    steps = {name: done_by.get(int(name[5:]), 0) for name in names}
    refused = client.post(address, {**said, **steps, "step_1": "999999"})
    assert refused.status_code == 422
    assert client.post(address, {**said, **steps, "step_1": wang.pk}).status_code == 302
    run = advance(run_id=RecomputeRun.objects.get().pk, after=0)
    assert run.fact_words.count(wang.user.display_name) == 1
    assert {row.party.installer_id for row in run.differences.all()} == {li.pk, wang.pk}
    assert StepDone.objects.get(seq=1).installer == li  # nothing is recorded before the approval
    second = UserFactory(role=company.finance.role, unit=company.world.hq)
    approve_recompute(run_id=run.pk, actor=second)
    apply_chunk(run_id=run.pk, after=0)
    after = Settlement.objects.get(work_order=order, status="active")
    assert abs(parts(after)[wang.pk] - WHOLE // 5) <= 6  # 10 of 50 minutes
    assert sum(parts(after).values()) == WHOLE
    assert StepDone.objects.get(seq=1).installer == wang
    assert own_order(installer=wang, number=order.number) == order
    assert broken() == []
