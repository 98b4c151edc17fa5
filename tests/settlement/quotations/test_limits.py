"""No offer of less than nothing: refused where it is made, at its row where one row suffices."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common.errors import Refused
from settlement.models import PriceSurcharge, Quotation
from settlement.quotations.asking import AskedCharge, AskedMaterial
from settlement.quotations.making import make_quotation
from settlement.quotations.taking import order_price_fen
from tests.settlement.quotations.test_quotations import typed
from tests.settlement.quotations.test_surcharges import asked, row
from workorders.charges import first_tariff

pytestmark = pytest.mark.django_db


def discounts(company, *percents):
    """Rows that take these percentages off every job, as a table may hold from before."""
    for at, percent in enumerate(percents, start=1):
        row(name=f"优惠{percent}", rate_bp=-percent * 100, position=at).save()


def test_discounts_beyond_the_price_are_refused_though_a_charge_stands_beside(company):
    discounts(company, 51, 51)
    floors = (AskedCharge(first_tariff("floor"), 9),)
    with pytest.raises(Refused) as refused:
        make_quotation(asked=asked(company, quantity=1, charges=floors), actor=company.world.admin)
    assert refused.value.code == "quotation.unofferable"
    assert "优惠51" in str(refused.value)
    assert not Quotation.objects.exists()


@pytest.mark.parametrize("percents", [(51, 49), (100,)])
def test_a_whole_discount_beside_a_charge_is_an_offer_whose_order_can_be_entered(company, percents):
    discounts(company, *percents)
    floors = (AskedCharge(first_tariff("floor"), 4),)
    kept = make_quotation(asked=asked(company, charges=floors), actor=company.world.admin)
    assert order_price_fen(kept) == 0


def test_a_discount_that_materials_make_up_for_is_offered(company):
    discounts(company, 51, 51)
    pipe = (AskedMaterial(company.world.pipe, 99_000),)
    kept = make_quotation(asked=asked(company, materials=pipe), actor=company.world.admin)
    assert order_price_fen(kept) > 0


def test_the_form_says_it_at_the_row_and_keeps_what_was_typed(company, client):
    discounts(company, 51, 51)
    client.force_login(company.world.admin)
    beside = client.post(reverse("settlement:quotation-price"), typed(company))
    marked = [each.too_much for each in beside.context["offer"].lines]
    assert marked == [False, False, True]
    assert "优惠51" in beside.context["wrong"]
    answer = client.post(reverse("settlement:quotation-new"), typed(company))
    assert answer.status_code == 422
    assert "优惠51" in answer.content.decode()
    assert answer.context["form"]["customer_name"].value() == "王女士"
    assert not Quotation.objects.exists()


@pytest.mark.parametrize(
    ("occasion", "percent", "free", "step", "status"),
    [
        ("floor", "-1", 6, 1, 422),  # 194 steps
        ("floor", "-1", 100, 1, 302),  # 100 steps are all of it
        ("floor", "-1.01", 100, 1, 422),
        ("distance", "-1", 0, 5, 302),
        ("distance", "-1.5", 0, 5, 422),
        ("distance", "1.5", 0, 1, 302),
    ],
)
def test_a_row_that_takes_off_more_than_everything_is_refused_at_its_number(
    company, client, occasion, percent, free, step, status
):
    client.force_login(company.world.admin)
    posted = {
        "name": "优惠", "occasion": occasion, "way": "service", "percent": percent, "free": free,
        "step": step, "is_active": "on",
    }  # fmt: skip
    answer = client.post(reverse("settlement:surcharge-new"), posted)
    assert answer.status_code == status
    assert PriceSurcharge.objects.exists() is (status == 302)
    if status == 422:
        assert "100%" in answer.context["form"].errors["percent"][0]


@pytest.mark.parametrize(
    ("percent", "sentence"),
    [
        ("-100.01", "A discount ends at 100%"),
        ("1000.5", "A surcharge ends at 1,000%"),
        ("-100", ""),
    ],
)
def test_the_form_of_a_row_says_in_words_how_far_a_percentage_goes(
    company, client, percent, sentence
):
    client.cookies["lang"] = "en"
    client.force_login(company.world.admin)
    page = {"name": "优惠", "occasion": "always", "way": "service", "percent": percent}
    answer = client.post(reverse("settlement:surcharge-new"), page | {"is_active": "on"})
    if sentence:
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert PriceSurcharge.objects.exists() is not bool(sentence)
