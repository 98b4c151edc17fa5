"""An offer for a shop meets the order that came from there, and no second one is ever made."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog.models import ProductMapping
from common import clock
from common.errors import Conflict, Refused
from settlement.bills.shops import shops_at
from settlement.models import QuotationOrder
from settlement.quotations.making import make_quotation
from settlement.quotations.meeting import meet_shop_order
from tests.settlement.company import hear
from tests.settlement.quotations.test_surcharges import asked
from tests.settlement.quotations.test_taking import offer, typed
from tests.settlement.threads import in_threads
from tests.workorders import walking
from tests.workorders.world import open_order, service_line, shop_order
from workorders.charges import customer_owes_fen
from workorders.models import ShopOrder, WorkOrder
from workorders.services.intake import take_in

NUMBER = "E20261102001"


def met(company, kept, number=NUMBER):
    return meet_shop_order(quotation_id=kept.pk, number=number, actor=company.world.admin)


def test_the_shops_order_stays_the_only_one_and_keeps_what_was_paid(company, client):
    kept = offer(company, channel="youzan")
    order = open_order(company.world)
    client.force_login(company.world.admin)
    address = reverse("settlement:quotation-order", args=[kept.number])
    assert "number" in client.get(address).context["form"].fields
    answer = client.post(address, {"number": f" {NUMBER} ", "_idempotency_key": "m1"}, follow=True)
    order.refresh_from_db()
    assert order.quotation_taken.quotation == kept
    assert (order.paid_fen, order.urgent) == (28_000, True)
    assert customer_owes_fen(order) == 4_000
    assert order.window_starts_at == kept.starts_at
    assert "¥280.00" in answer.content.decode()
    take_in(shop_order(version=200), sold_by=company.world.shop)
    assert (WorkOrder.objects.count(), ShopOrder.objects.count()) == (1, 1)


def test_who_paid_the_whole_offer_in_the_shop_owes_no_charge_of_it_again(company):
    kept = offer(company, channel="youzan")
    order = open_order(company.world, shop_order(service_line(paid_fen=kept.total_fen)))
    met(company, kept)
    assert order.paid_fen == kept.total_fen
    assert customer_owes_fen(order) == 0
    walking.complete(order, company.world)
    hear()
    slip = order.settlements.get()
    sold = order.charges.get()
    share = sold.amount_fen * sold.installer_bp // 10_000
    mine = slip.lines.filter(code__startswith="CHARGE", party_role="installer")
    assert [line.amount_fen for line in mine] == [share]
    assert slip.paid_fen == kept.total_fen
    assert slip.lines.get(party_role="channel").base_fen == kept.total_fen


def test_an_order_that_has_not_come_opens_nothing_and_can_be_named_later(company, client):
    kept = offer(company, channel="youzan")
    client.force_login(company.world.admin)
    address = reverse("settlement:quotation-order", args=[kept.number])
    # Also not with the form of an order by hand.
    answer = client.post(address, typed(company, number=NUMBER))
    assert answer.status_code == 422
    assert NUMBER in answer.content.decode()
    assert not WorkOrder.objects.exists()
    order = open_order(company.world)
    assert met(company, kept) == order


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"platform": "tmall"}, "quotation.not_come"),
        ({"number": "E2"}, "quotation.not_come"),
        (
            {"lines": (service_line(outer_item_id="SVC-FIX", outer_sku_id=""),)},
            "quotation.other_item",
        ),
    ],
)
def test_an_order_of_another_shop_number_or_service_is_not_met(company, facts, code):
    kept = offer(company, channel="youzan")
    ProductMapping.objects.create(product_code="SVC-FIX", item=company.world.repair)
    other = dict(facts)
    lines = other.pop("lines", ())
    take_in(shop_order(*lines, **other), sold_by=company.world.shop)
    with pytest.raises(Refused) as refused:
        met(company, kept)
    assert refused.value.code == code
    assert not QuotationOrder.objects.exists()


def test_a_second_offer_for_one_order_reads_which_one_it_belongs_to(company):
    first = offer(company, channel="youzan")
    second = make_quotation(asked=asked(company, channel="youzan"), actor=company.world.admin)
    open_order(company.world)
    met(company, first)
    with pytest.raises(Conflict) as refused:
        met(company, second)
    assert first.number in str(refused.value)


def test_of_two_shops_with_one_number_the_named_shops_order_is_met(company, client):
    kept = offer(company, channel="youzan")
    other = open_order(company.world, shop_order(shop_id="44002", buyer_ref="buyer-2"))
    mine = open_order(company.world, shop_order(shop_id="44003", buyer_ref="buyer-3"))
    with pytest.raises(Refused) as unclear:
        met(company, kept)
    assert unclear.value.code == "quotation.which_shop"
    client.force_login(company.world.admin)
    address = reverse("settlement:quotation-order", args=[kept.number])
    # The number alone is asked about, with what was typed kept.
    answer = client.post(address, {"number": NUMBER, "_idempotency_key": "w1"})
    assert answer.status_code == 422
    assert f'value="{NUMBER}"' in answer.content.decode()
    assert "44003" in answer.content.decode()
    typed_in = {"number": NUMBER, "shop": "44003", "_idempotency_key": "w2"}
    assert client.post(address, typed_in).status_code == 302
    assert QuotationOrder.objects.get().work_order == mine
    assert not hasattr(other, "quotation_taken")


def test_only_shops_whose_orders_are_ones_own_are_named(company):
    world = company.world
    open_order(world)
    take_in(shop_order(shop_id="44002", buyer_ref="buyer-2"), sold_by=world.stranger.unit)
    assert [key for key, _words in shops_at("youzan", actor=world.seller)] == ["44001"]
    assert [key for key, _words in shops_at("youzan", actor=world.admin)] == ["44001", "44002"]


def test_the_order_of_another_shop_is_not_met_while_the_named_one_has_not_come(company):
    kept = offer(company, channel="youzan")
    open_order(company.world)
    with pytest.raises(Refused) as refused:
        meet_shop_order(
            quotation_id=kept.pk, number=NUMBER, shop="44009", actor=company.world.admin
        )
    assert refused.value.code == "quotation.not_come"
    assert not QuotationOrder.objects.exists()


@pytest.mark.commits
def test_of_two_who_tie_one_offer_at_once_one_reads_that_it_is_taken(company):
    kept = offer(company, channel="youzan")
    order = open_order(company.world)
    now = clock.now()

    def tie():
        with clock.moved_to(now):
            return met(company, kept)

    outcomes = in_threads(tie, tie)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "WorkOrder"]
    assert QuotationOrder.objects.get().work_order == order
    assert customer_owes_fen(order) == 4_000
