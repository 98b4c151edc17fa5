"""Adjustments: made by one, posted by another, kept through every later computation."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import clock
from common.errors import Conflict, Forbidden, Refused
from common.formatting import money
from network.models import OrgUnit
from settlement.adjustments.making import Wish, decide_adjustment, make_adjustment
from settlement.adjustments.selectors import adjustment_list, parties_of
from settlement.held.selectors import HeldMoney
from settlement.invariants import (
    adjustments_are_posted,
    company_balances,
    held_money_has_an_exit,
    ledger_equals_lines,
)
from settlement.ledger import Leg, balances, post
from settlement.models import LedgerAccount, Release, Settlement, SettlementAdjustment
from settlement.months import month_of
from settlement.selectors import adjustment_figures
from settlement.services.parties import account, installer_party, unit_party
from settlement.services.releasing import release_due
from settlement.statements.corrections import origins
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import hear, settled
from workorders.services.editing import mark_order
from workorders.services.opening import Marks


@pytest.fixture
def approver(company):
    return UserFactory(role=Role.FINANCE, unit=company.world.hq)


def wish(slip: Settlement, **changes) -> Wish:
    usual = {
        "payee": installer_party(slip.installer),
        "payer": unit_party(slip.work_order.settled_by),
        "amount_fen": 2_000,
        "reason": "雨天等待两小时",
        "evidence": "回访电话 12",
    }
    return Wish(**(usual | changes))


def posted(slip, company, approver, **changes) -> SettlementAdjustment:
    made = make_adjustment(settlement=slip, wish=wish(slip, **changes), actor=company.finance)
    return decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=approver)


def sound() -> bool:
    checks = (company_balances, ledger_equals_lines, adjustments_are_posted)
    return not [problem for check in checks for problem in check()]


def test_an_adjustment_moves_money_once_a_second_person_approved_it(company, approver):
    slip = settled(company)
    mine = installer_party(slip.installer)
    before = balances(mine)["available"]
    made = make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    assert balances(mine)["available"] == before
    with pytest.raises(Refused) as own:
        decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=company.finance)
    assert own.value.code == "adjustment.own"
    decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=approver)
    assert balances(mine)["available"] == before + 2_000
    with pytest.raises(Conflict):
        decide_adjustment(adjustment_id=made.pk, approve=False, reason="x", actor=approver)
    assert sound()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "adjustment.reason"),
        ({"amount_fen": 0}, "adjustment.nothing"),
        ({"amount_fen": 100_000_001}, "adjustment.too_much"),
    ],
)
def test_what_makes_no_adjustment_is_refused(company, changes, code):
    slip = settled(company)
    with pytest.raises(Refused) as refused:
        make_adjustment(settlement=slip, wish=wish(slip, **changes), actor=company.finance)
    assert refused.value.code == code


def test_an_adjustment_survives_every_later_computation_of_its_order(company, approver):
    slip = settled(company)
    kept = posted(slip, company, approver)
    mine = installer_party(slip.installer)
    mark_order(
        order_id=slip.work_order_id, marks=Marks(urgent=True), actor=company.world.dispatcher
    )
    hear()
    now = Settlement.objects.get(work_order=slip.work_order, status="active")
    assert now.pk != slip.pk
    kept.refresh_from_db()
    assert not kept.entry.corrections.exists()
    assert sum(balances(mine).values()) == now.gross_fen + 2_000
    assert sound()


def test_an_adjustment_stands_on_slip_phone_statement_and_margin(company, approver, client):
    slip = settled(company)
    kept = posted(slip, company, approver)
    origin = origins(kept.payee, [kept.entry.source_key])[kept.entry.source_key]
    assert "雨天等待两小时" in origin.label
    figures = adjustment_figures(kept.pk)
    assert (figures.revenue_fen, figures.installer_fen, figures.margin_fen) == (0, 2_000, -2_000)
    client.force_login(company.finance)
    page = client.get(reverse("settlement:slip-detail", args=[slip.pk])).content.decode()
    assert "雨天等待两小时" in page
    client.force_login(slip.installer.user)
    job = reverse("settlement-phone:job", args=[slip.work_order.number])
    assert "雨天等待两小时" in client.get(job).content.decode()
    today = clock.business_day()
    month = month_of(installer=slip.installer, first=today.replace(day=1), week=None)
    assert (month.adjusted_fen, month.total_fen) == (2_000, slip.gross_fen + 2_000)
    assert sum(bar.amount for bar in month.bars) == month.total_fen
    monday = today - timedelta(days=today.weekday())
    before = month_of(
        installer=slip.installer, first=today.replace(day=1), week=monday - timedelta(7)
    )
    assert before.adjustments == ()
    earned = client.get(reverse("settlement-phone:earnings")).content.decode()
    assert "雨天等待两小时" in earned
    assert money(month.total_fen) in earned


def test_the_desk_asks_for_an_adjustment_and_another_approves_it(company, approver, client):
    slip = settled(company)
    payee, payer = parties_of(slip)[:2]
    url = reverse("settlement:adjustment-make", args=[slip.pk])
    typed = {"payee": payee.pk, "payer": payee.pk, "amount": "20", "reason": "补贴"}
    client.force_login(company.finance)

    def send(to: str, fields: dict):
        return client.post(to, {"_idempotency_key": str(uuid4()), **fields})

    assert send(url, typed).status_code == 422
    assert send(url, typed | {"payer": payer.pk, "amount": "-1"}).status_code == 422
    assert send(url, typed | {"payer": payer.pk}).status_code == 302
    made = SettlementAdjustment.objects.get()
    decide = reverse("settlement:adjustment-decide", args=[made.pk])
    assert send(decide, {"answer": "approve"}).status_code == 422
    client.force_login(approver)
    assert send(decide, {"answer": "refuse"}).status_code == 422
    assert send(decide, {"answer": "approve"}).status_code == 302
    listed = client.get(reverse("settlement:adjustment-list")).content.decode()
    assert "补贴" in listed


def test_held_money_has_a_row_with_its_exit_and_comes_by_itself(company, client):
    slip = settled(company)
    held = Release.objects.filter(settlement=slip, due_on__isnull=False).get()
    rows = HeldMoney(actor=company.finance, cause="", payee="")[:10]
    assert [(row.amount_fen, row.until) for row in rows] == [(held.amount_fen, held.due_on)]
    client.force_login(company.finance)
    page = client.get(reverse("settlement:held-list")).content.decode()
    assert slip.work_order.number in page
    none = client.get(reverse("settlement:held-list"), {"payee": "没有这个人"}).content.decode()
    assert slip.work_order.number not in none
    assert release_due(on=held.due_on - timedelta(days=1)) == 0
    assert release_due(on=held.due_on) == 1
    assert len(HeldMoney(actor=company.finance, cause="", payee="")) == 0
    assert not list(held_money_has_an_exit())


def reader(unit) -> User:
    return UserFactory(role=Role.FINANCE, unit=unit)


def test_the_lists_show_a_unit_the_rows_of_its_own_parties_and_no_others(company, approver):
    slip = settled(company)
    order = slip.work_order
    between_others = posted(slip, company, approver)
    seller = posted(
        slip, company, approver, payee=unit_party(order.sold_by), payer=unit_party(company.world.hq)
    )
    far = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=company.world.hq, code="FAR", name="远方")
    settler, sold_it, works = order.settled_by, order.sold_by, slip.installer.outlet
    shown = {
        unit.pk: {row.pk for row in adjustment_list(actor=reader(unit), state="", words="")}
        for unit in (settler, sold_it, works, far)
    }
    assert shown == {
        settler.pk: {between_others.pk, seller.pk},
        sold_it.pk: {seller.pk},
        works.pk: {between_others.pk},
        far.pk: set(),
    }
    held = {
        unit.pk: len(HeldMoney(actor=reader(unit), cause="", payee=""))
        for unit in (settler, sold_it, far)
    }
    assert held == {settler.pk: 1, sold_it.pk: 0, far.pk: 0}


def test_a_debt_stands_on_the_phone_with_its_cause(company, client):
    slip = settled(company)
    party = installer_party(slip.installer)
    kinds = LedgerAccount.Kind
    owed = balances(party)["available"] + 5_000
    post(
        kind="reversal",
        source_key="refund:1",
        legs=[
            Leg(account(party, kinds.AVAILABLE), -owed),
            Leg(account(unit_party(company.world.hq), kinds.AVAILABLE), owed),
        ],
        day=clock.business_day(),
        work_order=slip.work_order,
    )
    client.force_login(slip.installer.user)
    for url in (
        reverse("settlement-phone:earnings"),
        reverse("settlement-phone:job", args=[slip.work_order.number]),
    ):
        page = client.get(url).content.decode()
        assert "x-debts-title" in page
        assert "¥50.00" in page


def test_a_unit_adjusts_nothing_between_payees_of_others(company):
    """Two finance people of the selling unit could otherwise move headquarters' money."""
    slip = settled(company)
    seller = UserFactory(role=Role.FINANCE, unit=slip.work_order.sold_by)
    taken = wish(slip, payee=unit_party(slip.work_order.sold_by), amount_fen=5_000_000)
    with pytest.raises(Refused) as caught:
        make_adjustment(settlement=slip, wish=taken, actor=seller)
    assert caught.value.code == "adjustment.outside"
    made = make_adjustment(settlement=slip, wish=taken, actor=company.finance)
    for approve in (True, False):
        with pytest.raises(Forbidden):
            decide_adjustment(adjustment_id=made.pk, approve=approve, reason="不妥", actor=seller)
    made.refresh_from_db()
    assert made.state == SettlementAdjustment.State.WAITING


def test_an_adjustment_of_a_replaced_settlement_is_not_approved(company, approver):
    slip = settled(company)
    made = make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    Settlement.objects.filter(pk=slip.pk).update(status=Settlement.Status.REVERSED)
    with pytest.raises(Conflict):
        decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=approver)
    refused = decide_adjustment(
        adjustment_id=made.pk, approve=False, reason="已重新结算", actor=approver
    )
    assert refused.state == SettlementAdjustment.State.REFUSED
