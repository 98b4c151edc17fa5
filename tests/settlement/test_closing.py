"""A period is locked, closed and opened again by one person each, in order; nothing is edited."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import Sum
from django.test import Client
from django_tenants.utils import tenant_context

from accounts.models import User
from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from common.machine.processes import wait_until
from common.outbox import drain
from common.signing import sign
from network.models import OrgUnit
from settlement.closing.assistant import assistant
from settlement.closing.proof import prove_books
from settlement.closing.steps import close_period, reopen_period
from settlement.models import PeriodReopening, Posting, Statement, StatementPeriod
from settlement.services.parties import installer_party, unit_party
from settlement.services.periods import period_of
from settlement.services.settling import settle_work_order
from settlement.statements.checks import Findings
from settlement.statements.locking import lock_period
from settlement.statements.progress import PROOF_WITHIN, progress_of
from settlement.statements.run import advance_run, start_run
from settlement.statements.selectors import current_statements
from settlement.statements.verification import verified
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import Company, completed, found, settled
from tests.settlement.statement_cast import adjust, computed, locked, period_now, statement_of
from tests.settlement.test_releasing import somebody_waits
from tests.workorders.world import shop_order


def colleague(company: Company) -> User:
    user: User = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    return user


def with_files(period: StatementPeriod) -> StatementPeriod:
    """Let every statement have a file without drawing it."""
    Statement.objects.filter(run__period=period).update(pdf="statements/x.pdf")
    return period


def closed(company: Company) -> StatementPeriod:
    settled(company)
    period = with_files(locked(company.finance))
    return close_period(period_id=period.pk, actor=colleague(company))


def test_closing_needs_a_locked_period_with_all_files_and_the_earlier_ones_closed(
    company: Company,
) -> None:
    settled(company)
    period = period_now()

    def refusal() -> str:
        with pytest.raises(Refused) as refused:
            close_period(period_id=period.pk, actor=company.finance)
        return refused.value.code

    assert refusal() == "period.open"
    earlier = period_of(period.starts_on.replace(month=period.starts_on.month - 1))
    locked(company.finance, earlier)
    locked(company.finance, period)
    assert refusal() == "period.order"
    close_period(period_id=earlier.pk, actor=company.finance)
    assert refusal() == "period.files"
    with_files(period)
    first = close_period(period_id=period.pk, actor=company.finance)
    again = close_period(period_id=period.pk, actor=company.finance)
    assert (first.state, first.closed_at) == ("closed", again.closed_at)
    with pytest.raises(Conflict, match=company.finance.display_name):
        close_period(period_id=period.pk, actor=colleague(company))


def test_a_third_person_opens_a_period_again_and_its_statements_are_kept_as_superseded(
    company: Company,
) -> None:
    period = closed(company)
    party = installer_party(company.installer)
    old = statement_of(party)
    paper = sign("statement", [old.number, old.sha256])
    for who in (period.locked_by, period.closed_by):
        with pytest.raises(Refused) as refused:
            reopen_period(period_id=period.pk, reason="x", actor=who)
        assert refused.value.code == "period.same_person"
    third = colleague(company)
    with pytest.raises(Refused) as refused:
        reopen_period(period_id=period.pk, reason="  ", actor=third)
    assert refused.value.code == "period.reason"
    reopen_period(period_id=period.pk, reason="漏了一笔补贴", actor=third)
    trail = PeriodReopening.objects.get(period=period)
    assert (trail.was, trail.reopened_by, trail.reason) == ("closed", third, "漏了一笔补贴")
    assert trail.locked_by == company.finance
    assert not current_statements().filter(party=party).exists()
    said = verified(paper)
    assert said is not None
    assert (said.is_superseded, said.is_final, said.total_fen) == (True, False, old.total_fen)
    adjust(party, 500)
    with_files(locked(company.finance, StatementPeriod.objects.get(pk=period.pk)))
    new = statement_of(party)
    assert (new.number, new.total_fen) == (old.number, old.total_fen + 500)
    kept = Statement.objects.get(pk=old.pk)
    assert (kept.sha256, kept.total_fen, kept.run.state) == (
        old.sha256, old.total_fen, "superseded",
    )  # fmt: skip
    said = verified(paper)
    assert said is not None
    assert (said.is_current, said.is_final, said.total_fen) == (False, True, new.total_fen)


def test_every_kind_of_payee_gets_a_statement_that_equals_its_postings(company: Company) -> None:
    settled(company)
    dealer = UnitFactory(kind=OrgUnit.Kind.DEALER, parent=company.world.hq, code="DL1")
    for n, unit in enumerate((dealer, company.world.suzhou, company.agent, company.world.east)):
        adjust(unit_party(unit), 101 + n, key=f"adjust:{n}")
    run = locked(company.finance).runs.get(state="locked")
    kinds = set()
    for statement in run.statements.select_related("party__unit"):
        postings = Posting.objects.filter(account__party=statement.party, entry__period=run.period)
        assert statement.total_fen == postings.aggregate(sum=Sum("amount_fen"))["sum"]
        unit = statement.party.unit
        kinds.add(unit.kind if unit else statement.party.kind)
    assert kinds >= {"installer", "channel", "tax", "hq", "branch", "outlet", "agent", "dealer"}


def test_only_the_last_locked_period_is_opened_again(company: Company) -> None:
    settled(company)
    november = locked(company.finance)
    late = completed(company, shop_order(number="E2"))
    settle_work_order(order_id=late.pk)
    december = StatementPeriod.objects.latest("starts_on")
    locked(company.finance, december)
    with pytest.raises(Refused, match=str(december)):
        reopen_period(period_id=november.pk, reason="x", actor=colleague(company))


def test_the_assistant_counts_what_is_open_and_says_what_to_do(company: Company) -> None:
    settled(company)
    period_of(period_now().starts_on.replace(month=10))
    adjust(installer_party(company.installer), -900_000)
    run = computed(company.finance)
    shown = assistant(period=run.period, actor=company.finance)
    found_codes = {one.check.code: one for one in shown.checks}
    assert found_codes["earlier"].check.blocks
    assert found_codes["earlier"].url
    assert found_codes["negative"].advice
    assert shown.blocked
    assert [step.state for step in shown.steps] == ["done", "now", "later", "later"]
    findings = Findings.read(run.checks)
    assert (findings.broken, bool(findings.proven_at)) == ([], True)


def test_books_that_are_not_proven_yet_forbid_locking(company: Company) -> None:
    settled(company)
    run = start_run(period_id=period_now().pk, actor=company.finance)
    run = advance_run(run_id=run.pk, after_party_id=0)
    assert (run.state, progress_of(run).computing) == ("review", True)
    with clock.moved_to(clock.now() + PROOF_WITHIN):
        assert not progress_of(run).computing
    shown = assistant(period=run.period, actor=company.finance)
    assert [one.check.code for one in shown.checks if one.check.blocks] == ["unproven"]
    with pytest.raises(Refused) as refused:
        lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)
    assert refused.value.code == "period.blocked"
    prove_books(run_id=run.pk)
    run.refresh_from_db()
    assert (Findings.read(run.checks).blocking, progress_of(run).computing) == ([], False)
    lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)


def test_books_that_contradict_themselves_forbid_locking(company: Company) -> None:
    settlement = settled(company)
    type(settlement).objects.filter(pk=settlement.pk).update(gross_fen=settlement.gross_fen + 1)
    run = computed(company.finance)
    with pytest.raises(Refused) as refused:
        lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)
    assert refused.value.code == "period.blocked"
    assert any("I5" in sentence for sentence in Findings.read(run.checks).broken)


def test_closing_and_opening_again_on_the_pages(company: Company, client: Client) -> None:
    settled(company)
    period = with_files(locked(company.finance))
    other, third = colleague(company), colleague(company)

    def post(user: User, step: str, **fields: str) -> Any:
        client.force_login(user)
        return client.post(
            f"/settlement/runs/{period}/{step}/", fields, headers={"HX-Request": "true"}
        )

    client.force_login(other)
    assert "close-form" in client.get(f"/settlement/runs/{period}/").content.decode()
    assert post(other, "close").status_code == 204
    lost = post(third, "close")
    assert (lost.status_code, other.display_name in lost.content.decode()) == (409, True)
    assert post(other, "reopen", reason="x").status_code == 422
    assert post(third, "reopen", reason="少算了").status_code == 204
    page = client.get(f"/settlement/runs/{period}/").content.decode()
    assert "少算了" in page
    assert post(third, "reopen", reason="少算了").status_code == 409
    client.force_login(company.manager)
    assert client.post(f"/settlement/runs/{period}/close/").status_code == 403


@pytest.mark.commits
def test_a_period_is_not_locked_while_the_one_before_is_being_opened_again(tenant: Any) -> None:
    company = found()
    settled(company)
    november, third = locked(company.finance), colleague(company)
    december = period_of(november.ends_on + timedelta(days=1))
    codes = list[str]()

    def lock() -> None:
        try:
            with tenant_context(tenant):
                lock_period(period_id=december.pk, typed=str(december), actor=company.finance)
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connections.close_all()

    other = Thread(target=lock)
    with transaction.atomic():
        reopen_period(period_id=november.pk, reason="x", actor=third)
        other.start()
        assert wait_until(somebody_waits, 30)
    other.join(30)
    assert codes == ["period.order"]


@pytest.mark.commits
def test_of_two_people_closing_at_once_one_wins_and_the_other_reads_who_did(tenant: Any) -> None:
    company = found()
    settled(company)
    period = with_files(locked(company.finance))
    people = [company.finance, colleague(company)]
    barrier, outcomes = Barrier(2), list[str]()

    def close(actor: User) -> None:
        try:
            with tenant_context(tenant):
                barrier.wait()
                close_period(period_id=period.pk, actor=actor)
                outcomes.append(actor.display_name)
        except Conflict as lost:
            outcomes.append(f"lost:{lost}")
        finally:
            connections.close_all()

    threads = [Thread(target=close, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    [winner] = [one for one in outcomes if not one.startswith("lost:")]
    [loser] = [one for one in outcomes if one.startswith("lost:")]
    assert winner in loser
    drain(strict=True)
