"""An offer becomes one order: at its price, in its region, once, and while it binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from catalog.services.items import publish_item
from common import clock
from common.errors import Conflict
from settlement.models import QuotationOrder
from settlement.quotations.asking import AskedCharge, AskedMaterial
from settlement.quotations.making import make_quotation
from settlement.quotations.surcharges import begin_surcharges
from settlement.quotations.taking import refuse_unless_open
from tests.settlement.quotations.test_surcharges import asked
from tests.workorders.world import INSTALL_BODY
from workorders.charges import customer_owes_fen, first_tariff
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def offer(company, **changes):
    """An urgent job for the day after tomorrow, with four floors of stairs and a longer pipe."""
    begin_surcharges(actor=company.world.admin)
    today = clock.business_day()
    starts_at = clock.day_span(today + timedelta(days=2))[0] + timedelta(hours=14)
    plain = {
        "planned_on": today + timedelta(days=2), "valid_until": today + timedelta(days=10),
        "starts_at": starts_at, "urgent": True, "site": "文三路 8 号",
        "charges": (AskedCharge(first_tariff("floor"), 4),),
        "materials": (AskedMaterial(company.world.pipe, 1500),),
    }  # fmt: skip
    job = asked(company, **(plain | changes))
    return make_quotation(asked=job, actor=company.world.admin)


def typed(company, **changes):
    """What the page posts; nothing of the price."""
    plain = {
        "customer_name": "王女士", "phone": "13712345678", "detail": "文三路 8 号",
        "province": "330000", "city": "330100", "district": "330106",
        "sold_by": company.world.shop.pk, "remark": "铜管 1.5", "_idempotency_key": "t1",
        "paid": "1", "quantity": "9",
    }  # fmt: skip
    return plain | changes


def test_the_order_costs_what_was_offered_and_both_know_each_other(company, client):
    kept = offer(company)
    client.force_login(company.world.admin)
    address = reverse("settlement:quotation-order", args=[kept.number])
    page = client.get(address)
    assert page.context["form"].initial["quantity"] == 2
    assert page.context["divisions"].initial["city"] == "330100"
    answer = client.post(address, typed(company))
    assert answer.status_code == 302
    order = WorkOrder.objects.get(quotation_taken__quotation=kept)
    assert order.paid_fen + customer_owes_fen(order) == kept.total_fen
    assert customer_owes_fen(order) == 4_000
    assert (order.quantity, order.urgent, order.line.order.platform) == (2, True, "manual")
    assert order.window_starts_at == kept.starts_at
    seen = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert kept.number in seen
    assert order.number in client.get(reverse("settlement:quotation-list")).content.decode()
    again = client.post(address, typed(company, _idempotency_key="t2"))
    assert again.status_code == 409
    told = again.content.decode()
    assert company.world.admin.display_name in told
    assert reverse("workorders:order-detail", args=[order.number]) in told
    assert QuotationOrder.objects.count() == 1
    for reader, link in ((company.world.seller, True), (company.world.stranger, False)):
        with pytest.raises(Conflict) as refused:
            refuse_unless_open(kept, actor=reader)
        assert order.number in str(refused.value)
        assert (refused.value.see is not None) is link


@pytest.mark.parametrize(
    ("ended_days_ago", "place", "said"),
    [
        (1, {}, "有效"),
        (-9, {"province": "510000", "city": "510100", "district": "510107"}, "成都"),
        (-9, {"province": "650000", "city": "650100", "district": "650102"}, "不在"),
    ],
)
def test_an_expired_offer_and_a_site_elsewhere_are_refused_in_words(
    company, client, ended_days_ago, place, said
):
    until = clock.business_day() - timedelta(days=ended_days_ago)
    kept = offer(company, valid_until=until)
    client.force_login(company.world.admin)
    address = reverse("settlement:quotation-order", args=[kept.number])
    answer = client.post(address, typed(company, **place))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not QuotationOrder.objects.exists()
    assert not WorkOrder.objects.exists()


def test_a_price_that_was_offered_holds_after_its_tariff_was_withdrawn(company, client):
    kept = offer(company)
    withdrawn = first_tariff("floor")
    withdrawn.is_active = False
    withdrawn.save()
    client.force_login(company.world.admin)
    address = reverse("settlement:quotation-order", args=[kept.number])
    assert client.post(address, typed(company)).status_code == 302
    order = WorkOrder.objects.get(quotation_taken__quotation=kept)
    assert customer_owes_fen(order) == 4_000


def test_an_offer_holds_after_its_item_changed_and_was_withdrawn(company, client):
    kept = offer(company)
    item = company.world.item
    later = replace(INSTALL_BODY, list_price_fen=99_900)
    publish_item(body=later, industry=item.industry, actor=None)
    item.refresh_from_db()
    item.is_active = False
    item.save()
    client.force_login(company.world.admin)
    address = reverse("settlement:quotation-order", args=[kept.number])
    assert kept.item_version.name in client.get(address).content.decode()
    assert client.post(address, typed(company)).status_code == 302
    order = WorkOrder.objects.get(quotation_taken__quotation=kept)
    assert order.item_version == kept.item_version
    assert order.paid_fen + customer_owes_fen(order) == kept.total_fen


def test_dispatchers_find_quotations_in_their_navigation(company, client):
    client.force_login(company.world.dispatcher)
    page = client.get(reverse("workorders:order-list")).content.decode()
    assert reverse("settlement:quotation-list") in page
    client.force_login(company.world.admin)
    page = client.get(reverse("workorders:order-list")).content.decode()
    assert reverse("settlement:quotation-list") not in page
