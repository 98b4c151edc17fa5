"""What a settled order was paid in is corrected as every other fact is: by a proposal."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common.errors import Conflict, Refused
from common.outbox.models import OutboxRow
from settlement.currencies.converting import payment_of
from settlement.models import (
    ForeignPayment,
    JournalEntry,
    RecomputeRun,
    Settlement,
    StatementPeriod,
)
from settlement.recompute.payment import corrected_payment
from settlement.recompute.running import approve_recompute, reject_recompute, start_recompute
from settlement.services.settling import resettle_work_order
from tests.factories import UserFactory
from tests.settlement.company import Company, completed, hear, settled
from tests.settlement.currencies.cast import abroad, rate, stated
from tests.settlement.disputes.test_disputes import filed
from tests.settlement.recompute.cast import approved, broken, dearer, sum_of_all, work_off
from tests.settlement.statement_cast import locked
from tests.settlement.test_follow_on_money import begun, finish, leave
from tests.settlement.threads import in_threads
from tests.workorders.world import open_order, shop_order
from workorders.models import WorkOrder


def now_of(slip: Settlement) -> Settlement:
    return Settlement.objects.get(work_order=slip.work_order_id, status="active")


def proposed(
    company: Company, slip: Settlement, currency: str = "USD", minor: int = 10_000, **more: Any
) -> RecomputeRun:
    """A computed proposal: the order was really paid USD 100.00."""
    run = start_recompute(
        corrects=slip,
        asked=corrected_payment(slip, currency=currency, minor=minor, source="银行回单"),
        reason="录错金额",
        **{"actor": company.finance, **more},
    )
    work_off()
    run.refresh_from_db()
    return run


def test_headquarters_restates_a_settled_payment_only_with_a_second_person(
    company: Company,
) -> None:
    rate(company)
    slip = abroad(company)
    dearer()
    with pytest.raises(Refused) as refused:
        stated(company, slip.work_order, minor=10_000, seen=ForeignPayment.objects.get().pk)
    assert refused.value.code == "payment.settled"
    run = proposed(company, slip)
    # Shadow only: nothing is posted and nothing recorded yet.
    assert (now_of(slip), ForeignPayment.objects.count()) == (slip, 1)
    assert sum(row.diff_fen for row in run.differences.all()) == 71_234 - 85_481
    with pytest.raises(Refused) as own:
        approve_recompute(run_id=run.pk, actor=company.finance)
    assert own.value.code == "recompute.second_person"
    run = approved(company, run)
    now = now_of(slip)
    assert (now.paid_fen, now.version_id) == (71_234, slip.version_id)
    assert JournalEntry.objects.get(kind="difference").work_order == slip.work_order
    payment = payment_of(slip.work_order)
    assert payment is not None
    assert (payment.amount_minor, payment.entered_by) == (10_000, company.finance)
    resettle_work_order(order_id=slip.work_order_id)
    assert now_of(slip) == now
    assert (sum_of_all(), broken()) == (0, [])


def test_a_rejected_correction_leaves_payment_and_money_as_they_were(company: Company) -> None:
    rate(company)
    slip = abroad(company)
    run = proposed(company, slip)
    reject_recompute(run_id=run.pk, reason="回单不符", actor=company.world.admin)
    assert payment_of(slip.work_order) == ForeignPayment.objects.get()
    assert (now_of(slip), JournalEntry.objects.count()) == (slip, 1)
    # And the way is free for another one.
    assert proposed(company, slip, minor=11_000).state == RecomputeRun.State.REVIEW


def test_a_correction_of_a_locked_period_goes_into_the_open_one(company: Company) -> None:
    rate(company)
    slip = abroad(company)
    period = locked(company.finance)
    before = JournalEntry.objects.filter(period=period).count()
    approved(company, proposed(company, slip))
    entry = JournalEntry.objects.get(kind="difference")
    assert JournalEntry.objects.filter(period=period).count() == before
    assert (entry.period.state, entry.period != period) == (StatementPeriod.State.OPEN, True)
    assert broken() == []


def test_a_settled_order_becomes_one_paid_abroad_and_back_by_the_same_way(
    company: Company,
) -> None:
    rate(company)
    first = settled(company)
    approved(company, proposed(company, first, minor=12_000))
    second = now_of(first)
    assert second.paid_fen == 85_481
    approved(company, proposed(company, second, currency="CNY", minor=0))
    third = now_of(first)
    assert (third.paid_fen, third.facts_sha) == (first.paid_fen, first.facts_sha)
    assert payment_of(first.work_order) is None
    assert broken() == []


@pytest.mark.parametrize(
    ("currency", "minor", "source", "code"),
    [
        ("EUR", 10_000, "银行回单", "payment.no_rate"),
        ("USD", 10_000, "  ", "fact.source"),
        ("USD", 0, "银行回单", "payment.amount"),
        ("XXX", 1, "银行回单", "payment.currency"),
        ("CNY", 0, "银行回单", "payment.yuan"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(
    company: Company, currency: str, minor: int, source: str, code: str
) -> None:
    slip = settled(company)
    with pytest.raises(Refused) as refused:
        corrected_payment(slip, currency=currency, minor=minor, source=source)
    assert refused.value.code == code


def test_a_second_proposal_reads_what_the_first_one_says(company: Company, client: Any) -> None:
    rate(company)
    slip = abroad(company)
    proposed(company, slip)
    client.force_login(UserFactory(role=Role.FINANCE, unit=company.world.hq))
    address = reverse("settlement:recompute-payment", args=[slip.pk])
    typed = {"currency": "USD", "amount": "99.50", "source": "客户来电", "reason": "更正"}
    answer = client.post(address, {**typed, "_idempotency_key": "p1"})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert company.finance.display_name in words
    assert "USD 100.00" in words
    assert 'value="99.50"' in words


def test_a_correction_of_what_counts_no_more_is_a_conflict_and_records_nothing(
    company: Company, client: Any
) -> None:
    rate(company)
    slip = abroad(company)
    run = proposed(company, slip)
    slip.work_order.line.refunded_fen = 481
    slip.work_order.line.save(update_fields=["refunded_fen"])
    resettle_work_order(order_id=slip.work_order_id)
    with pytest.raises(Conflict) as stale:
        approve_recompute(run_id=run.pk, actor=company.world.admin)
    assert stale.value.code == "recompute.stale"
    assert ForeignPayment.objects.count() == 1
    client.force_login(company.finance)
    typed = {"currency": "USD", "amount": "99.50", "source": "客户来电", "reason": "更正"}
    address = reverse("settlement:recompute-payment", args=[slip.pk])
    answer = client.post(address, {**typed, "_idempotency_key": "p2"})
    assert (answer.status_code, 'value="99.50"' in answer.content.decode()) == (409, True)


def test_the_order_page_of_a_settled_order_leads_to_the_correction(
    company: Company, client: Any
) -> None:
    slip = settled(company)
    client.force_login(company.finance)
    address = reverse("settlement:order-currency", args=[slip.work_order.number])
    words = client.get(address).content.decode()
    assert reverse("settlement:recompute-payment", args=[slip.pk]) in words
    assert 'name="amount"' not in words
    answer = client.post(address, {"currency": "USD", "amount": "1.50", "_idempotency_key": "p3"})
    assert (answer.status_code, 'value="1.50"' in answer.content.decode()) == (422, True)
    assert not ForeignPayment.objects.exists()


def test_whoever_states_second_reads_what_was_stated_first_and_loses_nothing(
    company: Company, client: Any
) -> None:
    order = open_order(company.world)
    address = reverse("settlement:order-currency", args=[order.number])
    stated(company, order)
    client.force_login(company.world.admin)
    typed = {"currency": "EUR", "amount": "88.00", "seen": "0"}
    answer = client.post(address, {**typed, "_idempotency_key": "s1"})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert company.finance.display_name in words
    assert "USD 120.00" in words
    assert 'value="88.00"' in words
    seen = ForeignPayment.objects.get().pk
    assert f'name="seen" value="{seen}"' in words
    # Knowing it, the second person may still be right.
    answer = client.post(address, {**typed, "seen": str(seen), "_idempotency_key": "s2"})
    assert answer.status_code == 302
    assert [row.currency for row in ForeignPayment.objects.order_by("pk")] == ["USD", "EUR"]


@pytest.mark.commits
def test_of_people_who_state_a_payment_at_once_one_wins_and_the_others_read_it(
    company: Company,
) -> None:
    orders = [open_order(company.world, shop_order(number=f"E{n}")) for n in range(6)]
    people = [UserFactory(role=Role.FINANCE, unit=company.world.hq) for _n in range(4)]

    def all_of(who: User, minor: int) -> list[Any]:
        return [_outcome(order, who, minor) for order in orders]

    def _outcome(order: WorkOrder, who: User, minor: int) -> Any:
        try:
            return stated(company, order, minor=minor, actor=who)
        except Conflict as lost:
            return lost

    found = in_threads(
        *(lambda who=who, n=n: all_of(who, 10_000 + n) for n, who in enumerate(people))
    )
    for order, outcomes in zip(orders, zip(*found, strict=True), strict=True):
        kept = ForeignPayment.objects.get(work_order=order)
        assert outcomes[people.index(kept.entered_by)] == kept
        lost = [each for each in outcomes if isinstance(each, Conflict)]
        assert {each.code for each in lost} == {"payment.other"}
        assert len(lost) == len(people) - 1
        assert all(kept.entered_by.display_name in str(each) for each in lost)


@pytest.mark.commits
def test_a_payment_stated_while_the_order_settles_is_counted_or_refused(company: Company) -> None:
    order = completed(company)
    rate(company)
    found = in_threads(
        lambda: stated(company, order), lambda: resettle_work_order(order_id=order.pk)
    )
    hear()
    slip = Settlement.objects.get(work_order=order, status="active")
    refused = isinstance(found[0], Refused) and found[0].code == "payment.settled"
    assert refused or isinstance(found[0], ForeignPayment)
    assert ("paid_in" in slip.facts) is not refused
    assert broken() == []


@pytest.mark.commits
def test_of_two_who_correct_one_payment_at_once_one_reads_the_other(company: Company) -> None:
    rate(company)
    slip = abroad(company)
    people = [company.finance, company.world.admin]
    asked = corrected_payment(slip, currency="USD", minor=10_000, source="银行回单")
    found = in_threads(
        *(
            lambda who=who: start_recompute(corrects=slip, asked=asked, reason="更正", actor=who)
            for who in people
        )
    )
    run = RecomputeRun.objects.get()
    (lost,) = (each for each in found if isinstance(each, Conflict))
    assert (lost.code, run.started_by.display_name in str(lost)) == ("recompute.open", True)


def test_a_correction_waits_while_another_run_posts_its_order(company: Company) -> None:
    rate(company)
    slip = abroad(company)
    version = dearer()
    other = start_recompute(version=version, reason="补价", actor=company.finance)
    run = proposed(company, slip)
    approve_recompute(run_id=other.pk, actor=company.world.admin)  # its posting has not begun
    with pytest.raises(Conflict) as busy:
        approve_recompute(run_id=run.pk, actor=company.world.admin)
    assert (busy.value.code, ForeignPayment.objects.count()) == ("recompute.busy", 1)
    assert leads_to(busy, "settlement:recompute-detail", other.pk)


def test_a_correction_waits_for_the_dispute_over_its_order(company: Company) -> None:
    rate(company)
    slip = abroad(company)
    run = proposed(company, slip)
    dispute = filed(company, slip, fen=100)
    with pytest.raises(Conflict) as disputed:
        approve_recompute(run_id=run.pk, actor=company.world.admin)
    assert (disputed.value.code, ForeignPayment.objects.count()) == ("recompute.disputed", 1)
    assert leads_to(disputed, "settlement:dispute-detail", dispute.number)


def leads_to(refused: pytest.ExceptionInfo[Conflict], name: str, *args: object) -> bool:
    """Whether a refusal leads to a page."""
    see = refused.value.see
    return see is not None and see.url == reverse(name, args=args)


def test_a_corrected_payment_settles_the_orders_that_share_it_once_each(company: Company) -> None:
    rate(company)
    order = begun(company)
    rest = [leave(company, order, seq) for seq in (3, 2)]
    slips = [finish(company, each) for each in (order, *rest)]
    run = proposed(company, slips[0], minor=12_000)
    last = OutboxRow.objects.order_by("-pk").values_list("pk", flat=True)[0]
    approve_recompute(run_id=run.pk, actor=UserFactory(role=Role.FINANCE, unit=company.world.hq))
    told = OutboxRow.objects.filter(pk__gt=last, handler__startswith="settlement.")
    assert sorted(told.values_list("topic", flat=True)) == [
        "RecomputePosted",
        "SharedPaymentCorrected",
    ]
    hear()
    work_off()
    # The others by their own reversal, the payer's by the difference that was approved.
    assert sum(now_of(slip).paid_fen for slip in slips) == 85_481
    for slip in slips:
        assert Settlement.objects.filter(work_order=slip.work_order_id).count() == 2
    run.refresh_from_db()
    assert (run.posted or {})["orders"] == 1
    assert (sum_of_all(), broken()) == (0, [])
