"""A run makes one statement per payee, each equal to the ledger; a lock makes them final."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Sum
from django_tenants.utils import tenant_context

from accounts.models import User
from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from common.outbox import drain
from common.outbox.models import OutboxRow
from settlement.models import Party, Posting, SettlementLine, Statement, StatementPeriod
from settlement.services.parties import installer_party
from settlement.services.periods import period_of
from settlement.services.settling import resettle_work_order, settle_work_order
from settlement.statements import run as running
from settlement.statements.checks import Findings
from settlement.statements.groups import group_totals
from settlement.statements.ledger_entries import LinesDiffer
from settlement.statements.locking import lock_period
from settlement.statements.progress import findings_of
from settlement.statements.reading import read_sheet
from settlement.statements.run import advance_run, start_run
from settlement.statements.selectors import run_statements
from tests.factories import UserFactory
from tests.settlement.company import Company, completed, found, settled
from tests.settlement.statement_cast import (
    BULK,
    adjust,
    computed,
    lock,
    locked,
    more_lines,
    period_now,
    statement_of,
)
from tests.workorders.world import shop_order


def in_ledger(party: Party, period: StatementPeriod) -> int:
    postings = Posting.objects.filter(account__party=party, entry__period=period)
    return postings.aggregate(sum=Sum("amount_fen"))["sum"] or 0


def test_every_payee_gets_a_statement_whose_lines_sum_to_the_ledger(company: Company) -> None:
    settlement = settled(company)
    settled(company, "E20261102002")
    run = computed(company.finance)
    assert run.state == "review"
    payees = set(settlement.lines.exclude(amount_fen=0).values_list("payee_id", flat=True))
    assert set(run.statements.values_list("party_id", flat=True)) == payees
    for statement in run.statements.select_related("party"):
        sheet = read_sheet(party=statement.party, period=run.period)
        assert statement.total_fen == in_ledger(statement.party, run.period)
        assert statement.total_fen == sum(line.amount_fen for line in sheet.lines)
        assert (statement.lines, statement.orders) == (len(sheet.lines), 2)
    paid = sum(run.statements.values_list("total_fen", flat=True))
    assert paid == 2 * settlement.paid_fen
    assert (
        sum(g.total_fen for g in group_totals(run_statements(actor=company.finance, run=run)))
        == paid
    )


def test_a_line_names_order_day_place_item_rule_base_rate_and_amount(company: Company) -> None:
    settlement = settled(company)
    party = installer_party(company.installer)
    stored = settlement.lines.filter(payee=party).exclude(amount_fen=0).order_by("seq").first()
    line = read_sheet(party=party, period=settlement.period).lines[0]
    assert line.order_number == settlement.work_order.number
    assert (line.done_on, line.place, line.item) == (settlement.done_on, "杭州", "挂机空调安装")
    assert (line.label, line.rule) == (stored.label, stored.rule)
    assert (line.base_fen, line.amount_fen) == (stored.base_fen, stored.amount_fen)
    assert line.rate
    assert line.why


def test_a_settlement_taken_back_stands_on_the_statement_with_both_signs(company: Company) -> None:
    settlement = settled(company)
    order = settlement.work_order
    order.completed_at = None
    order.save()
    resettle_work_order(order_id=order.pk)
    sheet = read_sheet(party=installer_party(company.installer), period=settlement.period)
    assert sheet.total_fen == 0
    assert {line.taken_back for line in sheet.lines} == {True, False}
    plus = [line.amount_fen for line in sheet.lines if not line.taken_back]
    assert [-line.amount_fen for line in sheet.lines if line.taken_back] == plus


def test_balances_are_carried_and_an_entry_without_a_rule_stands_for_itself(
    company: Company,
) -> None:
    party = installer_party(company.installer)
    settled(company)
    before = read_sheet(party=party, period=period_now())
    locked(company.finance)
    adjust(party, -1_234)
    following = StatementPeriod.objects.latest("starts_on")
    assert following.starts_on > period_now().starts_on
    sheet = read_sheet(party=party, period=following)
    assert [(line.code, line.amount_fen) for line in sheet.lines] == [("adjustment", -1_234)]
    assert [b.opening_fen for b in sheet.balances] == [b.closing_fen for b in before.balances]
    assert sum(b.moved_fen for b in sheet.balances) == sheet.total_fen == -1_234


def test_lines_that_do_not_equal_the_postings_are_refused_and_forbid_locking(
    company: Company,
) -> None:
    settlement = settled(company)
    party = installer_party(company.installer)
    SettlementLine.objects.create(
        settlement=settlement, seq=99, code="X", party_role="installer", payee=party, rule="X",
        label="多出", amount_fen=1, because={"how": "flat", "flat_fen": 1},
    )  # fmt: skip
    with pytest.raises(LinesDiffer):
        read_sheet(party=party, period=settlement.period)
    run = computed(company.finance)
    assert not run.statements.filter(party=party).exists()
    assert [check.code for check in findings_of(run).blocking] == ["broken", "differs"]
    with pytest.raises(Refused, match="1"):
        lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)
    assert period_now().state == "open"


def test_a_run_goes_in_chunks_and_a_repeated_chunk_changes_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(company)
    monkeypatch.setattr(running, "CHUNK", 2)
    run = start_run(period_id=period_now().pk, actor=company.finance)
    run = advance_run(run_id=run.pk, after_party_id=0)
    assert (run.state, run.payees_done) == ("computing", 2)
    again = start_run(period_id=run.period_id, actor=company.finance)
    assert again.pk == run.pk
    drain(queues=("bulk",), strict=True)
    run.refresh_from_db()
    assert run.state == "review"
    assert run.payees_done == run.payees == run.statements.count()
    before = list(run.statements.order_by("pk").values_list("pk", "sha256"))
    advance_run(run_id=run.pk, after_party_id=0)
    assert list(run.statements.order_by("pk").values_list("pk", "sha256")) == before


def test_a_later_run_is_compared_with_the_one_before_and_older_drafts_go(company: Company) -> None:
    settled(company)
    first, second = computed(company.finance), computed(company.finance)
    party = installer_party(company.installer)
    adjust(party, 500)
    third = computed(company.finance)
    changes = {
        one.party_id: one.change_fen for one in run_statements(actor=company.finance, run=third)
    }
    assert changes.pop(party.pk) == 500
    assert set(changes.values()) == {0}
    assert not first.statements.exists()
    assert second.statements.exists()


def test_checks_name_what_is_open_before_locking(company: Company) -> None:
    settled(company)
    waiting = completed(company, shop_order(number="E2"))
    OutboxRow.objects.filter(done_at=None).update(done_at=clock.wall_now())
    OutboxRow.objects.create(topic="Lost", handler="x", key="k", queue="bulk", dead_at=clock.now())
    party = installer_party(company.installer)
    adjust(party, -900_000)
    company.installer.user.phone = ""
    company.installer.user.save()
    party.name = "𠮷师傅"
    party.save()
    checks = {check.code: check for check in findings_of(computed(company.finance)).checks}
    assert checks["unsettled"].examples == (waiting.number,)
    assert checks["failed"].times == 1
    assert checks["payee"].examples == ("𠮷师傅",)
    assert "𠮷师傅" in checks["negative"].examples
    assert checks["characters"].examples == ("𠮷 (U+20BB7) 𠮷师傅",)
    assert not Findings.read({}).checks


@pytest.mark.parametrize(
    ("typed", "code"), [("", "period.typed"), ("2026-13", "period.typed"), ("yes", "period.typed")]
)
def test_locking_needs_the_period_typed(company: Company, typed: str, code: str) -> None:
    settled(company)
    run = computed(company.finance)
    with pytest.raises(Refused) as refused:
        lock_period(period_id=run.period_id, typed=typed, actor=company.finance)
    assert refused.value.code == code


def test_a_period_without_a_reviewed_run_or_after_an_open_one_is_not_locked(
    company: Company,
) -> None:
    settled(company)
    period = period_now()
    with pytest.raises(Refused) as refused:
        lock_period(period_id=period.pk, typed=str(period), actor=company.finance)
    assert refused.value.code == "period.not_reviewed"
    computed(company.finance)
    period_of(period.starts_on.replace(year=period.starts_on.year - 1))
    with pytest.raises(Refused) as refused:
        lock_period(period_id=period.pk, typed=str(period), actor=company.finance)
    assert refused.value.code == "period.order"


def test_people_of_one_branch_do_not_close_the_companys_books(company: Company) -> None:
    settled(company)
    branch_finance = UserFactory(role=Role.FINANCE, unit=company.world.east)
    with pytest.raises(Refused) as refused:
        start_run(period_id=period_now().pk, actor=branch_finance)
    assert refused.value.code == "books.headquarters"


def test_what_came_after_the_run_is_in_the_locked_statements(company: Company) -> None:
    settled(company)
    run = computed(company.finance)
    party = installer_party(company.installer)
    adjust(party, 777)
    adjust(party, -777, key="adjust:2")
    period = lock(company.finance, run.period)
    assert period.state == "locked"
    statement = statement_of(party)
    sheet = read_sheet(party=party, period=period)
    assert (statement.sha256, statement.lines) == (sheet.sha256, len(sheet.lines))
    assert statement.total_fen == in_ledger(party, period)


def test_the_same_person_locking_twice_changes_nothing_and_another_reads_who_was_faster(
    company: Company,
) -> None:
    settled(company)
    period = locked(company.finance)
    again = lock_period(period_id=period.pk, typed="", actor=company.finance)
    assert again.locked_at == period.locked_at
    other = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    with pytest.raises(Conflict, match=company.finance.display_name):
        lock_period(period_id=period.pk, typed=str(period), actor=other)
    with pytest.raises(Conflict):
        start_run(period_id=period.pk, actor=company.finance)


def test_work_completed_late_goes_into_the_next_period_and_is_marked(company: Company) -> None:
    settled(company)
    late = completed(company, shop_order(number="E2"))
    period = locked(company.finance)
    settlement = settle_work_order(order_id=late.pk)
    assert settlement is not None
    assert settlement.period.starts_on > period.starts_on
    sheet = read_sheet(party=installer_party(company.installer), period=settlement.period)
    assert {line.late for line in sheet.lines} == {True}
    assert {line.order_number for line in sheet.lines} == {late.number}


@pytest.mark.commits
def test_of_two_people_locking_at_once_one_wins_and_late_work_lands_in_the_next_period(
    tenant: Any,
) -> None:
    company = found()
    settled(company)
    late = completed(company, shop_order(number="E2"))
    other = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    run = computed(company.finance)
    # What the drained queue settled already is taken as it is; the race settles the other order.
    barrier, outcomes = Barrier(3), list[str]()

    def ask(actor: User) -> None:
        barrier.wait()
        try:
            lock_period(period_id=run.period_id, typed=str(run.period), actor=actor)
            outcomes.append("locked")
        except Conflict:
            outcomes.append("conflict")

    def complete() -> None:
        barrier.wait()
        settle_work_order(order_id=late.pk)

    def in_tenant(work: Any, *given: Any) -> None:
        try:
            with tenant_context(tenant):
                work(*given)
        finally:
            connections.close_all()

    threads = [
        Thread(target=in_tenant, args=(ask, company.finance)),
        Thread(target=in_tenant, args=(ask, other)),
        Thread(target=in_tenant, args=(complete,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["conflict", "locked"]
    connection.set_tenant(tenant)
    drain(queues=BULK, strict=True)
    settled_in = late.settlements.get().period
    locked_period = StatementPeriod.objects.get(pk=run.period_id)
    for statement in Statement.objects.filter(run=run).select_related("party"):
        assert statement.total_fen == in_ledger(statement.party, locked_period)
        lines = read_sheet(party=statement.party, period=locked_period).lines
        late_here = any(line.order_number == late.number for line in lines)
        assert late_here == (settled_in == locked_period)


def test_a_statement_of_many_lines_is_read_with_a_fixed_number_of_queries(
    company: Company, django_assert_num_queries: Any
) -> None:
    settlement = settled(company)
    party = installer_party(company.installer)
    more_lines(settlement, party, 300)
    period = settlement.period
    with django_assert_num_queries(5):
        sheet = read_sheet(party=party, period=period)
    assert len(sheet.lines) > 300
