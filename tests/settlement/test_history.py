"""What was known of an order's money stays answerable whatever happened since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from common import clock
from settlement.adjustments.making import decide_adjustment, make_adjustment
from settlement.history import as_known
from settlement.models import Settlement
from settlement.services.settling import reverse_settlement, settle_work_order
from tests.browsing import TenantClient
from tests.settlement.company import Company, settled
from tests.settlement.disputes.test_disputes import decide, filed, handed_up, paid_job
from tests.settlement.recompute.cast import approved, dearer, proposed
from tests.settlement.test_adjustments import wish


def page_as_known(client: TenantClient, settlement: Settlement, at: datetime) -> HttpResponse:
    """Ask for a settlement's slip as it was known at a moment."""
    page = reverse("settlement:slip-known", args=[settlement.pk], urlconf="config.urls")
    return client.get(page, {"at": f"{clock.china(at):%Y-%m-%dT%H:%M}"})


def test_the_settlement_that_counted_then_is_shown_after_it_was_taken_back(
    company: Company, client: TenantClient
) -> None:
    first = settled(company)
    order, start = first.work_order, first.settled_at
    with clock.moved_to(start + timedelta(hours=2)):
        reverse_settlement(order_id=order.pk, reason="test")
    with clock.moved_to(start + timedelta(hours=4)):
        second = settle_work_order(order_id=order.pk)
        assert second is not None
        client.force_login(company.finance)
        answer = page_as_known(client, second, start + timedelta(hours=1))
        assert answer.context["slip"].settlement == first
        in_future = page_as_known(client, second, start + timedelta(days=300_000))
        assert in_future.status_code == 422
    for hours, expected in ((-1, None), (1, first), (3, None), (5, second)):
        assert (
            as_known(order, start + timedelta(hours=hours), actor=company.finance).settlement
            == expected
        )


def test_a_recomputed_settlement_counts_until_the_whole_order_is_taken_back(
    company: Company,
) -> None:
    first = settled(company)
    order, start = first.work_order, first.settled_at
    with clock.moved_to(start + timedelta(hours=2)):
        approved(company, proposed(company, dearer()))
    second = Settlement.objects.get(work_order=order, status="active")
    with clock.moved_to(start + timedelta(hours=4)):
        reverse_settlement(order_id=order.pk, reason="refund")
    for hours, expected in ((1, first), (3, second), (5, None)):
        assert (
            as_known(order, start + timedelta(hours=hours), actor=company.finance).settlement
            == expected
        )


def test_adjustments_are_known_from_the_moment_they_were_posted(
    company: Company, client: TenantClient
) -> None:
    settlement = settled(company)
    order, start = settlement.work_order, settlement.settled_at
    with clock.moved_to(start + timedelta(hours=2)):
        kept = make_adjustment(settlement=settlement, wish=wish(settlement), actor=company.finance)
    with clock.moved_to(start + timedelta(hours=4)):
        decide_adjustment(adjustment_id=kept.pk, approve=True, reason="", actor=company.world.admin)
    with clock.moved_to(start + timedelta(hours=6)):
        reverse_settlement(order_id=order.pk, reason="test")
        settle_work_order(order_id=order.pk)
    for hours, expected in ((1, ()), (3, ()), (5, (kept,)), (7, (kept,))):
        at = start + timedelta(hours=hours)
        assert as_known(order, at, actor=company.finance).adjustments == expected, hours
    client.force_login(company.finance)
    with clock.moved_to(start + timedelta(hours=8)):
        for hours, is_there in ((3, False), (5, True)):
            answer = page_as_known(client, settlement, start + timedelta(hours=hours))
            assert (kept.reason in answer.content.decode()) == is_there


def test_a_dispute_shows_the_state_it_was_in_then_whatever_became_of_it(
    company: Company, client: TenantClient
) -> None:
    settlement = paid_job(company)
    order, start = settlement.work_order, settlement.settled_at
    with clock.moved_to(start + timedelta(hours=2)):
        dispute = filed(company, settlement)
    with clock.moved_to(start + timedelta(hours=4)):
        handed_up(company, dispute)
    with clock.moved_to(start + timedelta(hours=6)):
        decide(company, dispute, "uphold", 3_000)
    for hours, expected in ((1, []), (3, ["submitted"]), (5, ["escalated"]), (7, ["upheld"])):
        known = as_known(order, start + timedelta(hours=hours), actor=company.finance)
        assert [one.state for one in known.disputes] == expected, hours
    client.force_login(company.finance)
    with clock.moved_to(start + timedelta(hours=8)):
        answer = page_as_known(client, settlement, start + timedelta(hours=5))
    _before, _label, shown = answer.content.decode().partition(dispute.number)
    assert "待判定" in shown.partition("</section>")[0]


@pytest.mark.parametrize("typed", ["x", "", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_moment_that_cannot_be_is_refused_and_kept(
    company: Company, client: TenantClient, typed: Any
) -> None:
    settlement = settled(company)
    client.force_login(company.finance)
    page = reverse("settlement:slip-known", args=[settlement.pk], urlconf="config.urls")
    assert client.get(page, {"at": typed}).status_code == 422
