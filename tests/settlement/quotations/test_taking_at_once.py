"""Two people take one offer by hand at the same moment."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict
from settlement.quotations.taking import order_price_fen, take_quotation
from tests.settlement.quotations.test_taking import offer
from tests.settlement.threads import in_threads
from workorders.models import WorkOrder
from workorders.services.entry import ManualOrder


@pytest.mark.commits
def test_of_two_who_take_one_offer_at_once_one_reads_who_was_faster(company):
    kept = offer(company)
    world, now = company.world, clock.now()

    def take(actor):
        def taking():
            entry = ManualOrder(
                customer_name="王女士", phone="13712345678", item=world.item, sold_by=world.shop,
                detail="文三路 8 号", division_code="330106", quantity=2,
                paid_fen=order_price_fen(kept),
            )  # fmt: skip
            with clock.moved_to(now):
                return take_quotation(quotation_id=kept.pk, entry=entry, actor=actor)

        return taking

    takers = (world.admin, company.finance)
    outcomes = in_threads(*map(take, takers))
    order = WorkOrder.objects.get()
    lost = next(one for one in outcomes if isinstance(one, Conflict))
    assert order in outcomes
    faster = takers[outcomes.index(order)]
    assert faster.display_name in str(lost)
    assert order.number in str(lost)
    assert lost.see.url == reverse("workorders:order-detail", args=[order.number])
