"""A corrected rate reaches settled orders by one proposal; an odd one is asked about first."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from settlement.currencies.outdated import outdated_by
from settlement.currencies.selectors import missing_rates
from settlement.models import ExchangeRate, JournalEntry, RecomputeRun, Settlement
from settlement.recompute.rates import corrected_rate
from settlement.recompute.running import approve_recompute, start_recompute
from settlement.recompute.selectors import both_sides
from settlement.services.settling import resettle_work_order
from tests.factories import UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.currencies.cast import DAY, abroad, rate, stated
from tests.settlement.recompute.cast import approved, broken, dearer, sum_of_all, work_off
from tests.workorders.world import open_order, shop_order


def now_of(slip: Settlement) -> Settlement:
    return Settlement.objects.get(work_order=slip.work_order_id, status="active")


def proposed(company: Company, right: ExchangeRate) -> RecomputeRun:
    run = start_recompute(asked=corrected_rate(right), reason="汇率更正", actor=company.finance)
    work_off()
    run.refresh_from_db()
    return run


def test_a_corrected_rate_is_one_proposal_over_all_orders_that_used_the_old_one(
    company: Company,
) -> None:
    rate(company)
    first = abroad(company)
    newer = dearer()
    second, in_yuan = abroad(company, "E20261102002"), settled(company, "E20261102003")
    right = rate(company, "7.2")
    assert outdated_by([right]) == {right.pk: 2}
    run = proposed(company, right)
    assert (run.total, run.totals["orders"]) == (2, 2)
    assert (now_of(first), JournalEntry.objects.filter(kind="difference").count()) == (first, 0)
    # The slip beside it says which rate each side counts at.
    before, after = (
        " ".join(why for side in both_sides(run, first) for line in lines(side) for why in line.why)
        for lines in (lambda side: side.before, lambda side: side.after)
    )
    assert ("7.1234" in before, "7.2" in after, "7.1234" in after) == (True, True, False)
    run = approved(company, run)
    assert run.totals["skipped"] == 0
    for slip, version in ((first, first.version_id), (second, newer.pk)):
        assert (now_of(slip).paid_fen, now_of(slip).version_id) == (86_400, version)
    assert now_of(in_yuan) == in_yuan
    assert outdated_by([right]) == {}
    resettle_work_order(order_id=first.work_order_id)
    assert now_of(first).paid_fen == 86_400
    assert (sum_of_all(), broken()) == (0, [])
    with pytest.raises(Refused) as nothing:
        proposed(company, right)
    assert nothing.value.code == "recompute.nothing"


def test_a_rate_of_a_later_day_entered_meanwhile_leaves_nothing_to_approve(
    company: Company,
) -> None:
    rate(company, "7.0", date(2026, 11, 1))
    abroad(company)
    run = proposed(company, rate(company, "7.2", date(2026, 11, 1)))
    rate(company, "7.3")
    with pytest.raises(Conflict) as later:
        approve_recompute(run_id=run.pk, actor=company.world.admin)
    assert later.value.code == "rate.later"


def test_one_run_of_a_rate_is_under_way_and_the_second_reads_whose(company: Company) -> None:
    rate(company)
    abroad(company)
    right = rate(company, "7.2")
    run = proposed(company, right)
    with pytest.raises(Conflict) as second:
        proposed(company, right)
    assert second.value.code == "recompute.open"
    assert second.value.see is not None
    assert second.value.see.url == reverse("settlement:recompute-detail", args=[run.pk])
    assert company.finance.display_name in second.value.sentence


def test_a_rate_entered_late_is_offered_to_orders_an_older_one_stood_in_for(
    company: Company,
) -> None:
    older = rate(company, "7.0", date(2026, 11, 2))
    slip = abroad(company)
    assert slip.paid_fen == 84_000
    right = rate(company)
    assert outdated_by([older, right]) == {right.pk: 1}
    approved(company, proposed(company, right))
    assert now_of(slip).paid_fen == 85_481


def test_a_rate_corrected_once_more_is_neither_proposed_nor_approved(company: Company) -> None:
    rate(company)
    abroad(company)
    wrong = rate(company, "7.2")
    run = proposed(company, wrong)
    rate(company, "7.3")
    with pytest.raises(Conflict) as late:
        approve_recompute(run_id=run.pk, actor=company.world.admin)
    assert (late.value.code, "7.3" in str(late.value)) == ("rate.corrected", True)
    with pytest.raises(Conflict):
        corrected_rate(wrong)


def test_the_page_offers_the_recompute_once_to_headquarters_alone(
    company: Company, client: Any
) -> None:
    rate(company)
    slip = abroad(company)
    right = rate(company, "7.2")
    page, offer = (
        reverse("settlement:rate-list"),
        reverse("settlement:rate-recompute", args=[right.pk]),
    )
    branch = UserFactory(role=Role.FINANCE, unit=slip.work_order.settled_by)
    client.force_login(branch)
    assert offer not in client.get(page).content.decode()
    assert client.post(offer, {"_idempotency_key": "r0"}).status_code == 422
    assert not RecomputeRun.objects.exists()
    client.force_login(company.finance)
    assert offer in client.get(page).content.decode()
    answer = client.post(offer, {"_idempotency_key": "r1"})
    run = RecomputeRun.objects.get()
    assert answer["Location"] == reverse("settlement:recompute-detail", args=[run.pk])
    words = client.get(page).content.decode()
    assert offer not in words
    assert answer["Location"] in words


@pytest.mark.parametrize(
    ("number", "asks"),
    [
        ("7.40", False),
        ("7.41", True),
        ("6.70", False),
        ("6.69", True),
        ("7.9", True),
        ("71.234", True),
    ],
)
def test_a_rate_more_than_a_twentieth_from_the_last_one_has_to_be_confirmed(
    company: Company, number: str, asks: bool
) -> None:
    rate(company, "7.05", date(2026, 10, 1))
    if asks:
        with pytest.raises(Refused) as far:
            rate(company, number)
        assert far.value.code == "rate.far"
        assert (number in str(far.value), "7.05" in str(far.value)) == (True, True)
        rate(company, number, confirmed=True)
    else:
        rate(company, number)
    assert ExchangeRate.objects.latest("pk").rate == Decimal(number)


def test_the_tick_shows_both_numbers_keeps_what_was_typed_and_is_for_this_rate_alone(
    company: Company, client: Any
) -> None:
    rate(company)
    client.force_login(company.finance)
    page = reverse("settlement:rate-list")
    typed = {"currency": "USD", "day": "2026-11-03", "rate": "71.2", "source": "央行网站"}
    answer = client.post(page, {**typed, "_idempotency_key": "f1"})
    words = answer.content.decode()
    assert answer.status_code == 422
    for shown in ('value="71.2"', 'value="央行网站"', "7.1234", 'value="71.2/7.1234"'):
        assert shown in words
    other = {**typed, "rate": "72", "sure": "71.2/7.1234", "_idempotency_key": "f2"}
    assert client.post(page, other).status_code == 422
    assert ExchangeRate.objects.count() == 1
    sure = {**typed, "sure": "71.2/7.1234", "_idempotency_key": "f3"}
    assert client.post(page, sure).status_code == 302
    assert ExchangeRate.objects.latest("pk").rate == Decimal("71.2")


def test_rates_are_for_days_up_to_today_in_china(company: Company) -> None:
    # 23:30 in China; in UTC the day is hardly half over.
    with clock.moved_to(clock.day_span(DAY)[1] - timedelta(minutes=30)):
        rate(company, day=DAY)
        with pytest.raises(Refused) as early:
            rate(company, day=date(2026, 11, 4))
    assert early.value.code == "rate.day"
    with clock.moved_to(clock.day_span(DAY)[1]):
        rate(company, day=date(2026, 11, 4))


def test_only_headquarters_reads_which_rates_orders_wait_for(company: Company, client: Any) -> None:
    slip = abroad(company)
    stated(company, open_order(company.world, shop_order(number="E2")), currency="EUR")
    for person, sees in (
        (company.finance, True),
        (company.world.admin, True),
        (UserFactory(role=Role.FINANCE, unit=slip.work_order.settled_by), False),
    ):
        client.force_login(person)
        words = client.get(reverse("settlement:rate-list")).content.decode()
        assert ("?currency=USD&amp;day=2026-11-03" in words) is sees
        assert "?currency=EUR" not in words


def test_waiting_orders_are_counted_by_one_query_however_many(
    company: Company, django_assert_num_queries: Any
) -> None:
    for n in range(3):
        abroad(company, f"E2026110200{n}")
    with django_assert_num_queries(1):
        found = missing_rates()
    assert [(one.currency, one.day, one.orders) for one in found] == [("USD", DAY, 3)]
