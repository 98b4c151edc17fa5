"""Pages about customers and the district picker."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from customers.models import Address
from tests.factories import UserFactory
from tests.workorders.world import open_order


@pytest.fixture
def customer(world):
    return open_order(world).customer


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("seller", 200), ("dispatcher", 200), ("stranger", 404)],
)
def test_a_customer_is_seen_by_the_units_of_their_orders(client, world, customer, who, status):
    client.force_login(getattr(world, who))
    answer = client.get(f"/customers/{customer.pk}/")
    assert answer.status_code == status
    assert "13712345678" not in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "precision", "linked"),
    [("seller", "none", True), ("seller", "district", False), ("finance", "none", False)],
)
def test_an_address_that_is_not_located_leads_to_the_picker_of_its_order(
    client, world, who, precision, linked
):
    order = open_order(world)
    Address.objects.filter(pk=order.address_id).update(precision=precision)
    finance = UserFactory(role=Role.FINANCE, unit=world.seller.unit)
    client.force_login(finance if who == "finance" else world.seller)
    shown = client.get(f"/customers/{order.customer_id}/").content.decode()
    assert (f"/orders/{order.number}/place/" in shown) is linked


def test_site_notes_are_kept_and_a_foreign_address_is_404(client, world, customer):
    address = customer.addresses.get()
    url = f"/customers/addresses/{address.pk}/note/"
    client.force_login(world.seller)
    assert client.post(url, {"note": "电梯另付 50 元"}).status_code == 302
    address.refresh_from_db()
    assert address.note == "电梯另付 50 元"
    assert client.post(url, {"note": "a\x00b"}).status_code == 400
    client.force_login(world.stranger)
    assert client.post(url, {"note": "x"}).status_code == 404
    address.refresh_from_db()
    assert address.note == "电梯另付 50 元"


def test_the_picker_fills_the_list_below_each_choice(client, world):
    client.force_login(world.seller)
    url = "/customers/divisions/"
    assert "浙江省" in client.get(url).content.decode()
    cities = client.get(url, {"province": "330000"}).content.decode()
    assert "杭州市" in cities
    assert "西湖区" not in cities
    districts = client.get(url, {"province": "330000", "city": "330100"}).content.decode()
    assert "西湖区" in districts
    assert client.get(url, {"province": "x", "city": "%00"}).status_code == 200


def test_the_customer_page_lists_the_orders_the_reader_may_see(client, world, customer):
    number = customer.work_orders.get().number
    client.force_login(world.seller)
    assert number in client.get(f"/customers/{customer.pk}/").content.decode()
