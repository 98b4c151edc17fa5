"""A surcharge is left out of one offer with a reason; an order by hand shows which would apply."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from accounts.roles import Role
from catalog.models import RegionalOverride
from network.models import ServiceTerritory
from settlement.models import PriceSurcharge, Quotation
from settlement.quotations.asking import LeftOut
from settlement.quotations.document import quotation_html
from settlement.quotations.pricing import price
from settlement.quotations.surcharges import begin_surcharges
from tests.factories import RegionFactory, UnitFactory, UserFactory
from tests.settlement.quotations.test_quotations import typed
from tests.settlement.quotations.test_surcharges import asked

pytestmark = pytest.mark.django_db


def test_what_is_left_out_is_not_paid_and_later_rows_do_not_count_on_it(company):
    urgent, *_others, member = begin_surcharges(actor=company.world.admin)
    job = {"urgent": True, "member_level": "vip"}
    left = price(asked(company, **job, left_out=(LeftOut(urgent.pk, "老客户"),)))
    lines = {line.label: line for line in left.lines}
    service_fen = left.lines[0].amount_fen
    assert lines[urgent.name].amount_fen == 0
    assert lines[urgent.name].because["would_fen"] == service_fen * 3 // 10
    assert lines[member.name].amount_fen == -service_fen // 20
    assert left.total_fen == service_fen - service_fen // 20


def test_a_reason_for_a_row_that_does_not_count_changes_nothing(company):
    urgent = begin_surcharges(actor=company.world.admin)[0]
    plain = price(asked(company))
    assert price(asked(company, left_out=(LeftOut(urgent.pk, "老客户"),))) == plain


def test_the_reason_stands_on_the_offer_and_not_on_the_customers_paper(company, client):
    urgent = begin_surcharges(actor=company.world.admin)[0]
    client.force_login(company.world.admin)
    posted = typed(company, urgent="on") | {f"leave_{urgent.pk}": "老客户，免收"}
    beside = client.post(reverse("settlement:quotation-price"), posted)
    assert "老客户，免收" in beside.content.decode()
    assert client.post(reverse("settlement:quotation-new"), posted).status_code == 302
    kept = Quotation.objects.get()
    page = client.get(reverse("settlement:quotation-detail", args=[kept.number]))
    assert "老客户，免收" in page.content.decode()
    paper = quotation_html(kept)
    assert "老客户" not in paper
    assert urgent.name not in paper


def order(company, **changes):
    """What the form of an order by hand posts while it is typed."""
    plain = {
        "item": company.world.item.pk, "quantity": "2", "province": "330000", "city": "330100",
        "district": "330106", "site_kind": "urban", "customer_name": "王女士", "detail": "文三路 8 号",
    }  # fmt: skip
    return plain | changes


def test_an_order_by_hand_shows_what_would_count_and_carries_its_job_into_an_offer(company, client):
    begin_surcharges(actor=company.world.admin)
    client.force_login(company.world.dispatcher)
    entry = client.get(reverse("workorders:order-enter")).content.decode()
    address = reverse("settlement:quotation-of-order")
    assert address in entry
    shown = client.post(address, order(company, urgent="on", remark="门铃坏了")).context["shown"]
    offered = price(asked(company, urgent=True, starts_at=None, distance_m=None, floor=None))
    assert [(each.name, each.amount_fen) for each in shown.found] == [
        ("加急费", offered.lines[1].amount_fen)
    ]
    assert shown.may == ("夜间费", "远程费")
    facts = {name: value[0] for name, value in parse_qs(urlsplit(shown.url).query).items()}
    form = client.get(shown.url).context["form"]
    assert form["urgent"].value() == "on"
    # Nothing of the customer goes into an address, which logs and histories keep.
    assert set(facts) == {"item", "region", "quantity", "site_kind", "urgent"}
    assert facts["region"] == str(company.world.hangzhou.pk)
    assert facts["quantity"] == "2"


@pytest.mark.parametrize(
    "wrong",
    [
        {"item": ""}, {"item": "x"}, {"item": "999999999"}, {"item": "²"}, {"province": "", "city": ""},
        {"city": "999999", "district": "x"}, {"province": "650000", "city": "650100", "district": "650102"},
    ],
)  # fmt: skip
def test_half_an_order_shows_no_surcharge(company, client, wrong):
    begin_surcharges(actor=company.world.admin)
    client.force_login(company.world.dispatcher)
    answer = client.post(reverse("settlement:quotation-of-order"), order(company, **wrong))
    assert answer.status_code == 200
    assert answer.context["shown"] is None


def test_without_surcharges_the_order_form_says_nothing_of_them(company, client):
    PriceSurcharge.objects.all().delete()
    client.force_login(company.world.dispatcher)
    entry = client.get(reverse("workorders:order-enter")).content.decode()
    assert "order-surcharges" not in entry


@pytest.mark.parametrize("with_surcharges", [True, False])
@pytest.mark.parametrize(
    ("left_out", "handed"),
    [
        ({}, {"item", "region"}), ({"item": ""}, {"region"}), ({"item": "²"}, {"region"}),
        ({"province": "", "city": "", "district": ""}, {"item"}),
    ],
)  # fmt: skip
def test_the_link_to_a_price_carries_item_and_region_of_the_order_as_typed_so_far(
    company, client, with_surcharges, left_out, handed
):
    if with_surcharges:
        begin_surcharges(actor=company.world.admin)
    else:
        PriceSurcharge.objects.all().delete()
    client.force_login(company.world.dispatcher)
    page = client.get(reverse("workorders:order-enter")).content.decode()
    address = reverse("settlement:quotation-of-order")
    assert (address in page, 'id="quote-link"' in page) == (True, True)
    answer = client.post(address, order(company, **left_out))
    facts = parse_qs(urlsplit(answer.context["url"]).query)
    assert set(facts) == {*handed, "quantity", "site_kind"}
    form = client.get(answer.context["url"]).context["form"]
    own = {"item": company.world.item.pk, "region": company.world.hangzhou.pk}
    assert {name: int(form[name].value()) for name in handed} == {
        name: own[name] for name in handed
    }
    assert 'id="quote-link"' in answer.content.decode()


def test_an_item_is_quoted_in_the_region_that_changes_it_and_in_the_readers_own(company, client):
    item, east = company.world.item, company.world.hangzhou
    north = RegionFactory(name="北方")
    RegionalOverride.objects.create(item=item, region=north, list_price_fen=30_000)
    client.force_login(company.world.admin)
    page = client.get(reverse("catalog:item-detail", args=[item.pk])).content.decode()
    new = reverse("settlement:quotation-new")
    assert f'href="{new}?item={item.pk}&amp;region={north.pk}"' in page
    assert f'href="{new}?item={item.pk}"' in page
    outlet = UnitFactory(parent=company.world.east)
    ServiceTerritory.objects.create(outlet=outlet, region=east)
    client.force_login(UserFactory(role=Role.OUTLET_MANAGER, unit=outlet))
    page = client.get(reverse("catalog:item-detail", args=[item.pk])).content.decode()
    assert f'href="{new}?item={item.pk}&amp;region={east.pk}"' in page
    ServiceTerritory.objects.create(outlet=outlet, region=north)
    page = client.get(reverse("catalog:item-detail", args=[item.pk])).content.decode()
    assert f'href="{new}?item={item.pk}"' in page
