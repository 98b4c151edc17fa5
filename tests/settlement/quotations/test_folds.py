"""Optional fields of a new quotation fold: closed they say what is set, a wrong one stands open."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.settlement.quotations.test_quotations import typed

pytestmark = pytest.mark.django_db
NEW = "/settlement/quotations/new/"
FIELDS = re.compile(r'name="([a-z_0-9]+)"')


def opened(page) -> set[str]:
    """Which groups stand open on a page."""
    return set(re.findall(r'id="fold-(\w+)-box" open', page.content.decode()))


def test_every_field_is_on_the_page_and_every_group_is_closed(company, client):
    client.force_login(company.world.admin)
    page = client.get(NEW)
    names = FIELDS.findall(page.content.decode())
    for field in page.context["form"].fields:
        assert names.count(field) == 1, field
    assert len(page.context["folds"]) == 5  # without surcharges there is none to leave out
    assert opened(page) == set()


def test_a_closed_group_says_what_is_set_in_it(company, client):
    client.force_login(company.world.admin)
    first = {fold.key: fold.said for fold in client.get(NEW).context["folds"]}
    assert "10" in first["site"]
    assert first["charges"] == ""
    job = typed(company, urgent="on", charge_floor="4", material_1=company.world.pipe.pk)
    answer = client.post(reverse("settlement:quotation-price"), job | {"amount_1": "1.5"})
    said = {fold.key: fold.said for fold in answer.context["folds"]}
    assert "加急" in said["site"]
    assert said["charges"].endswith(" 4")
    assert said["terms"].endswith(" 6%")
    assert company.world.pipe.name in said["materials"]
    assert said["charges"] in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "group"),
    [
        ({"distance": "501"}, "site"),
        ({"charge_floor": "x"}, "charges"),
        ({"amount_1": "-1"}, "materials"),
        ({"valid_until": "2000-01-01"}, "terms"),
        ({"grade": "999999"}, "sale"),
    ],
)
def test_an_error_inside_a_group_opens_it_and_no_other(company, client, wrong, group):
    client.force_login(company.world.admin)
    answer = client.post(NEW, typed(company, **wrong))
    assert answer.status_code == 422
    assert opened(answer) == {group}
    beside = client.post(reverse("settlement:quotation-price"), typed(company, **wrong))
    assert [fold.key for fold in beside.context["folds"] if fold.wrong] == [group]
