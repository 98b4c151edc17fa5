"""Bill, books and payees meet to the fen; exceptions are decided, posted and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import clock
from common.errors import Conflict, Refused
from settlement import invariants
from settlement.bills import actions, matching
from settlement.bills.limit import USUAL_FEN, alone_fen, decide_limit, set_limit
from settlement.bills.lines import LineFacts
from settlement.bills.taking import take_bill
from settlement.bills.totals import totals
from settlement.ledger import balances
from settlement.models import (
    BillAction,
    BillLine,
    BillPosition,
    JournalEntry,
    PlatformBill,
    Settlement,
)
from settlement.services.parties import channel_party, unit_party
from settlement.statements.checks import KINDS, Findings, find
from settlement.statements.reading import read_sheet
from tests.settlement.company import Company, hear, settled
from workorders.models import StaffNotice

SHOP = {"platform": "youzan", "shop_key": "44001"}
DAY = date(2026, 11, 4)
ORDER = "E20261102001"


def line_of(settlement: Settlement, **changes: Any) -> LineFacts:
    """What the platform would write of a settled order when all is well."""
    bought = settlement.work_order.line
    fee = sum(line.amount_fen for line in settlement.lines.filter(party_role="channel"))
    said = {
        "bill_line_id": f"B-{bought.order.number}", "order_number": bought.order.number,
        "line_id": bought.line_id, "kind": "payment", "amount_fen": bought.paid_fen,
        "fee_fen": fee, "booked_on": DAY,
    }  # fmt: skip
    return LineFacts(**(said | changes))


def billed(*lines: LineFacts, name: str = "bill") -> PlatformBill:
    bill = take_bill(**SHOP, source="pull", name=name, lines=lines, days=(DAY, DAY))
    hear()
    bill.refresh_from_db()
    return bill


def position(number: str = ORDER) -> BillPosition:
    return BillPosition.objects.get(order_number=number)


def differing(company: Company, more_fee: int = 300) -> BillPosition:
    slip = settled(company)
    right = line_of(slip)
    billed(line_of(slip, fee_fen=right.fee_fen + more_fee))
    return position()


def test_a_bill_that_agrees_is_matched_three_ways(company: Company) -> None:
    slip = settled(company)
    bill = billed(line_of(slip))
    found = position()
    assert (bill.state, bill.done, found.state, found.difference_fen) == ("done", 1, "matched", 0)
    assert found.bill_net_fen == found.own_net_fen == found.payable_fen
    whole = totals(actor=company.finance).whole
    assert whole.bill_fen == whole.own_fen == whole.payable_fen == found.payable_fen


def test_the_same_line_again_changes_nothing(company: Company) -> None:
    slip = settled(company)
    billed(line_of(slip))
    again = billed(line_of(slip, amount_fen=1), name="again")
    assert (again.total, again.known, again.state) == (0, 1, "done")
    assert BillLine.objects.count() == 1
    assert position().state == "matched"


def test_lines_of_a_bill_cannot_be_changed(company: Company) -> None:
    billed(line_of(settled(company)))
    with pytest.raises(DatabaseError), transaction.atomic():
        BillLine.objects.update(amount_fen=1)


def test_an_accepted_difference_is_posted_and_can_be_taken_back_once(company: Company) -> None:
    found = differing(company)
    top, channel = unit_party(company.world.hq), channel_party("youzan")
    before = balances(top)["available"], balances(channel)["available"]
    action = actions.accept_difference(
        position_id=found.pk,
        reason="合同改了",
        bearer_id=company.world.hq.pk,
        actor=company.finance,
    )
    assert (balances(top)["available"], balances(channel)["available"]) == (
        before[0] - 300,
        before[1] + 300,
    )
    assert (position().state, position().difference_fen) == ("accepted", 0)
    with pytest.raises(Conflict):
        actions.accept_difference(
            position_id=found.pk, reason="又一次", bearer_id=None, actor=company.finance
        )
    back = {"action_id": action.pk, "reason": "弄错了", "actor": company.finance}
    actions.take_back_acceptance(**back)
    assert (balances(top)["available"], balances(channel)["available"]) == before
    assert (position().state, position().difference_fen) == ("differing", -300)
    with pytest.raises(Conflict):
        actions.take_back_acceptance(**back)


def test_the_books_hold_after_accepting_and_the_closing_check_names_what_is_open(
    company: Company,
) -> None:
    found = differing(company)
    period = Settlement.objects.get().period
    open_ones = [one for one in find(period, Findings(proven_at="now")) if one.code == "bills"]
    assert [one.examples for one in open_ones] == [(ORDER,)]
    assert not KINDS["bills"].blocks
    actions.accept_difference(
        position_id=found.pk, reason="认了", bearer_id=None, actor=company.finance
    )
    assert not [one for one in find(period, Findings(proven_at="now")) if one.code == "bills"]
    for check in (invariants.entries_balance, invariants.ledger_equals_lines):
        assert list(check()) == []


def test_an_order_nobody_knows_is_counted_for_the_one_it_belongs_to(company: Company) -> None:
    slip = settled(company)
    billed(line_of(slip, order_number="E404", line_id="", bill_line_id="B404"))
    lost = position("E404")
    assert (lost.state, lost.cause) == ("missing_here", "unknown")
    actions.count_for(
        position_id=lost.pk, number=slip.work_order.number, reason="", actor=company.finance
    )
    assert (position("E404").state, position().state) == ("linked", "matched")
    assert totals(actor=company.finance).whole.positions == 1
    actions.count_for_itself(position_id=lost.pk, actor=company.finance)
    assert (position("E404").state, position().state) == ("missing_here", "waiting")


@pytest.mark.parametrize("line_id", ["", "L1"])
def test_a_line_is_counted_where_the_shops_bills_count_the_order(
    company: Company, line_id: str
) -> None:
    slip = settled(company)
    own = slip.work_order.line.line_id if line_id else ""
    right = line_of(slip, line_id=own)
    half = replace(right, amount_fen=right.amount_fen // 2, fee_fen=right.fee_fen // 2)
    rest = replace(
        right, amount_fen=right.amount_fen - half.amount_fen, fee_fen=right.fee_fen - half.fee_fen,
        order_number="E404", line_id="9" if line_id else "", bill_line_id="B404",
    )  # fmt: skip
    billed(rest, name="first")
    lost = position("E404")
    link = {"position_id": lost.pk, "number": slip.work_order.number, "reason": ""}
    actions.count_for(**link, actor=company.finance)
    billed(half, name="second")
    assert (position().line_id, position().state) == (own, "matched")
    actions.count_for_itself(position_id=lost.pk, actor=company.finance)
    actions.count_for(**link, actor=company.finance)
    assert (position().line_id, position().state) == (own, "matched")


def test_silence_of_bills_that_name_whole_orders_is_one_position(company: Company) -> None:
    slip = settled(company)
    billed(line_of(slip, order_number="E1", line_id="", bill_line_id="B1", booked_on=slip.done_on))
    take_bill(**SHOP, source="pull", name="empty", lines=[], days=(slip.done_on, slip.done_on))
    with clock.moved_to(clock.now() + timedelta(days=9)):
        matching.seek_all()
        assert (position().line_id, position().state) == ("", "missing_there")
        billed(line_of(slip, line_id=""), name="late")
        assert position().state == "matched"


def test_a_line_whose_difference_was_accepted_is_not_counted_for_another_order(
    company: Company,
) -> None:
    slip = settled(company)
    billed(line_of(slip, order_number="E404", bill_line_id="B404"))
    lost = position("E404")
    done = actions.accept_difference(
        position_id=lost.pk, reason="认", bearer_id=None, actor=company.finance
    )
    assert done is not None
    # More of the unknown order: it is open again, and part of it is posted.
    billed(line_of(slip, order_number="E404", bill_line_id="B405"), name="more")
    assert position("E404").state == "missing_here"
    link = {"position_id": lost.pk, "number": slip.work_order.number, "reason": ""}
    with pytest.raises(Refused) as refused:
        actions.count_for(**link, actor=company.finance)
    assert refused.value.code == "bill.accepted"
    actions.take_back_acceptance(action_id=done.pk, reason="弄错", actor=company.finance)
    actions.count_for(**link, actor=company.finance)
    assert position("E404").state == "linked"


@pytest.mark.parametrize("number", ["E40404", ""])
def test_a_line_is_never_counted_for_an_order_of_nobody(company: Company, number: str) -> None:
    slip = settled(company)
    billed(line_of(slip, order_number="E404", bill_line_id="B404"))
    with pytest.raises(Refused) as refused:
        actions.count_for(
            position_id=position("E404").pk, number=number, reason="", actor=company.finance
        )
    assert refused.value.code == "bill.target"


@pytest.mark.parametrize(("days", "state"), [(7, None), (9, "missing_there")])
def test_a_settled_order_no_bill_names_is_told_after_the_usual_delay(
    company: Company, days: int, state: str | None
) -> None:
    slip = settled(company)
    take_bill(**SHOP, source="pull", name="empty", lines=[], days=(slip.done_on, slip.done_on))
    with clock.moved_to(clock.now() + timedelta(days=days)):
        hear()
        matching.seek_all()
        found = BillPosition.objects.first()
    assert (found.state if found else None) == state


def test_a_refund_the_bill_has_not_and_one_the_books_have_not_are_told_apart(
    company: Company,
) -> None:
    slip = settled(company)
    back = {"kind": "refund", "amount_fen": -5_000, "fee_fen": -750, "bill_line_id": "B-back"}
    billed(line_of(slip), line_of(slip, **back))
    assert (position().cause, position().difference_fen) == ("refund_there", -4_250)
    bought = slip.work_order.line
    bought.refunded_fen = 5_000
    bought.save()
    matching.rematch_order(**SHOP, order_number=ORDER)
    assert position().cause == "fee"


def test_waiting_ends_by_itself_and_raising_stays_until_the_bill_is_right(company: Company) -> None:
    found = differing(company)
    until = clock.business_day() + timedelta(days=3)
    actions.wait_until(position_id=found.pk, until=until, reason="等账", actor=company.finance)
    assert position().state == "waiting"
    with clock.moved_to(clock.now() + timedelta(days=3)):
        matching.refresh()
        assert position().state == "differing"
    actions.raise_with_platform(position_id=found.pk, reason="多扣了", actor=company.finance)
    assert position().state == "disputed"
    give_back = {"kind": "adjustment", "amount_fen": 0, "fee_fen": -300, "bill_line_id": "B-fix"}
    billed(line_of(Settlement.objects.get(), **give_back), name="next day")
    assert (position().state, position().hold) == ("matched", "")


def test_what_people_decided_ends_when_bill_and_books_agree(company: Company) -> None:
    found = differing(company)
    until = clock.business_day() + timedelta(days=30)
    actions.wait_until(position_id=found.pk, until=until, reason="等账", actor=company.finance)
    give_back = {"kind": "adjustment", "amount_fen": 0, "fee_fen": -300, "bill_line_id": "B-fix"}
    billed(line_of(Settlement.objects.get(), **give_back), name="next day")
    agreed = position()
    assert (agreed.state, agreed.hold, agreed.wait_until) == ("matched", "", None)
    with pytest.raises(Conflict):
        actions.accept_difference(
            position_id=found.pk, reason="认", bearer_id=None, actor=company.finance
        )


@pytest.mark.parametrize(("refunded", "state"), [(300, "differing"), (0, "matched")])
def test_a_difference_that_is_not_what_was_seen_is_judged_anew_and_not_posted(
    company: Company, refunded: int, state: str
) -> None:
    found = differing(company)
    seen = actions.open_parts(found)
    slip = Settlement.objects.get()
    # What the queue has stored is of yesterday: the books or the bill moved since.
    if refunded:
        slip.work_order.line.refunded_fen = refunded
        slip.work_order.line.save()
    else:
        fix = line_of(slip, kind="adjustment", amount_fen=0, fee_fen=-300, bill_line_id="B-fix")
        take_bill(**SHOP, source="pull", name="fix", lines=[fix])
    for said in (seen, None):
        posted = actions.accept_difference(
            position_id=found.pk, reason="认", bearer_id=None, actor=company.finance, seen=said
        )
        assert posted is None
        BillPosition.objects.filter(pk=found.pk).update(
            state="differing", bill_fee_fen=found.bill_fee_fen, own_gross_fen=found.own_gross_fen
        )
    matching.rematch_order(**SHOP, order_number=ORDER)
    assert position().state == state
    assert not found.actions.exists()


def test_small_differences_are_accepted_together_and_others_left_alone(company: Company) -> None:
    found = differing(company, more_fee=1)
    kept = {"ids": [found.pk], "reason": "尾差", "actor": company.finance}
    with pytest.raises(Refused):
        actions.accept_small(most_fen=100_000, **kept)
    assert actions.accept_small(most_fen=5, **kept) == 1
    assert position().state == "accepted"
    with pytest.raises(Refused):
        actions.accept_small(most_fen=5, **kept)


def test_matching_costs_the_same_queries_for_one_line_and_for_fifty(company: Company) -> None:
    settled(company)

    def queries(n: int) -> int:
        lines = [
            LineFacts(f"B{n}-{k}", f"E{n}-{k}", "1", "payment", 100, 15, DAY) for k in range(n)
        ]
        take_bill(**SHOP, source="pull", name=str(n), lines=lines)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            matching.advance(bill_id=PlatformBill.objects.latest("pk").pk, after=0)
        return len(counted)

    assert queries(50) <= queries(1) + 2


def test_an_accepted_difference_stands_on_the_bearers_statement_with_its_order(
    company: Company,
) -> None:
    found = differing(company)
    actions.accept_difference(
        position_id=found.pk,
        reason="合同改了",
        bearer_id=company.world.hq.pk,
        actor=company.finance,
    )
    sheet = read_sheet(party=unit_party(company.world.hq), period=Settlement.objects.get().period)
    (line,) = [line for line in sheet.lines if line.code == "bill"]
    assert ORDER in line.label
    assert (line.rule, line.amount_fen) == ("合同改了", -300)


def large(company: Company, fen: int = 60_000) -> BillPosition:
    """A bill whose fee is so much more than the contract's that nobody accepts it alone."""
    return differing(company, more_fee=fen)


def accept(found: BillPosition, actor: User) -> BillAction | None:
    return actions.accept_difference(
        position_id=found.pk, reason="合同改了", bearer_id=None, actor=actor
    )


def decide(found: BillPosition, actor: User, *, approve: bool, reason: str = "") -> BillAction:
    return actions.decide_acceptance(
        position_id=found.pk, approve=approve, reason=reason, actor=actor
    )


def test_more_than_one_person_accepts_alone_is_posted_by_a_second_one(company: Company) -> None:
    found, other = large(company), company.world.admin
    entries = JournalEntry.objects.count()
    proposal = accept(found, company.finance)
    assert proposal is not None
    assert (proposal.kind, proposal.entry, position().state) == ("propose", None, "proposed")
    assert JournalEntry.objects.count() == entries
    for again in (
        lambda: accept(found, other),
        lambda: actions.raise_with_platform(position_id=found.pk, reason="x", actor=other),
    ):
        with pytest.raises(Conflict) as waits:
            again()
        assert waits.value.code == "bill.proposed"
    with pytest.raises(Refused) as own:
        decide(found, company.finance, approve=True)
    assert own.value.code == "bill.second_person"
    done = decide(found, other, approve=True)
    assert (done.kind, done.by, done.reason) == ("accept", other, "合同改了")
    assert (position().state, position().difference_fen) == ("accepted", 0)
    with pytest.raises(Conflict):
        decide(found, other, approve=True)
    assert not list(invariants.company_balances())


def test_a_refused_acceptance_posts_nothing_and_who_proposed_it_is_told(company: Company) -> None:
    found, other = large(company), company.world.admin
    accept(found, company.finance)
    with pytest.raises(Refused):
        decide(found, other, approve=False)
    with pytest.raises(Refused) as not_own:
        actions.resume(position_id=found.pk, actor=other)
    assert not_own.value.code == "bill.not_own"
    decide(found, other, approve=False, reason="先问平台")
    assert (position().state, position().hold) == ("differing", "")
    told = StaffNotice.objects.get()
    assert (told.user, told.params) == (company.finance, {"what": ORDER, "reason": "先问平台"})
    accept(found, company.finance)
    actions.resume(position_id=found.pk, actor=company.finance)
    assert position().state == "differing"


def test_what_changed_since_it_was_proposed_is_not_posted(company: Company) -> None:
    found = large(company)
    accept(found, company.finance)
    slip = Settlement.objects.get()
    billed(line_of(slip, kind="refund", amount_fen=-500, fee_fen=0, bill_line_id="B9"), name="b2")
    with pytest.raises(Conflict) as stale:
        decide(found, company.world.admin, approve=True)
    assert stale.value.code == "bill.proposal_stale"
    assert position().state == "proposed"


def test_a_proposal_about_an_order_nobody_knows_is_approved_with_its_fee(company: Company) -> None:
    slip = settled(company)
    billed(line_of(slip, order_number="E404", amount_fen=90_000, fee_fen=9_000))
    found = position("E404")
    proposal = accept(found, company.finance)
    assert proposal is not None
    assert (proposal.gross_fen, proposal.fee_fen) == (90_000, 9_000)
    done = decide(found, company.world.admin, approve=True)
    assert (done.gross_fen, done.fee_fen) == (90_000, 9_000)


def test_headquarters_sets_up_to_how_much_one_person_accepts(company: Company) -> None:
    found = large(company)
    for wrong in (999, 100_000_001):
        with pytest.raises(Refused):
            set_limit(most_fen=wrong, actor=company.world.admin)
    assert alone_fen() == USUAL_FEN
    raised = set_limit(most_fen=70_000, actor=company.world.admin)
    decide_limit(limit_id=raised.pk, approve=True, actor=company.finance)
    action = accept(found, company.finance)
    assert action is not None
    assert (action.kind, position().state) == ("accept", "accepted")
