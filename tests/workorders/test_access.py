"""Who sees an order: the three units it concerns, its installer, and nobody else."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.factories import UserFactory
from tests.workorders.walking import arrive, assign
from tests.workorders.world import open_order, photo
from workorders.services.photos import add_photo

GETS = ("", "place/")
POSTS = ("move/hold/", "facts/", "follow-up/", "notes/", "marks/", "phone/", "code/", "place/")


@pytest.fixture
def order(world):
    return open_order(world)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("admin", True), ("seller", True), ("dispatcher", True), ("stranger", False)],
)
def test_the_units_that_sell_serve_and_settle_see_the_order(client, world, order, who, sees):
    client.force_login(getattr(world, who))
    assert client.get(f"/orders/{order.number}/").status_code == (200 if sees else 404)
    assert (order.number in client.get("/orders/").content.decode()) is sees


def test_the_serving_outlet_sees_the_order_from_its_assignment_on(client, world, order):
    outlet = UserFactory(role="dispatcher", unit=world.suzhou)
    client.force_login(outlet)
    assert client.get(f"/orders/{order.number}/").status_code == 404
    assign(order, world)
    assert client.get(f"/orders/{order.number}/").status_code == 200


@pytest.mark.parametrize("part", [*GETS, *POSTS])
def test_every_address_of_a_foreign_order_is_404(client, world, order, part):
    client.force_login(world.stranger)
    url = f"/orders/{order.number}/{part}"
    answers = [client.post(url, {}).status_code] if part in POSTS else []
    answers += [client.get(url).status_code] if part in GETS else []
    assert set(answers) == {404}


@pytest.mark.parametrize("part", [*GETS, *POSTS])
def test_an_order_of_another_company_is_404(other_client, other_tenant, world, order, part):
    tenant = connection.tenant
    connection.set_tenant(other_tenant)
    spy = UserFactory(role="hq_admin", unit=None)
    connection.set_tenant(tenant)
    other_client.force_login(spy)
    url = f"/orders/{order.number}/{part}"
    answer = other_client.post(url, {}) if part in POSTS else other_client.get(url)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("role", "url", "status"),
    [
        ("installer", "/orders/", 403),
        ("installer", "/orders/import/", 403),
        ("finance", "/orders/enter/", 403),
        ("finance", "/orders/", 200),
        ("platform", "/orders/", 403),
    ],
)
def test_a_role_without_the_permission_is_403(client, world, role, url, status):
    client.force_login(UserFactory(role=role, unit=world.hq))
    assert client.get(url).status_code == status


def test_a_picture_is_sent_to_those_who_see_its_order_alone(client, world, order):
    order = arrive(order, world)
    kept = add_photo(order_id=order.pk, upload=photo(), actor=world.installer.user, label="铭牌照")
    url = f"/orders/evidence/{kept.pk}/"
    for user, status in (
        (world.dispatcher, 200),
        (world.installer.user, 200),
        (world.other_installer.user, 404),
        (world.stranger, 404),
    ):
        client.force_login(user)
        assert client.get(url).status_code == status
    client.force_login(world.dispatcher)
    answer = client.get(url)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline; filename=")
    assert client.get("/orders/evidence/99999999999999999999/").status_code == 404


def test_a_picture_of_another_company_is_404(other_client, other_tenant, world, order):
    order = arrive(order, world)
    kept = add_photo(order_id=order.pk, upload=photo(), actor=world.installer.user)
    tenant = connection.tenant
    connection.set_tenant(other_tenant)
    spy = UserFactory(role="hq_admin", unit=None)
    connection.set_tenant(tenant)
    other_client.force_login(spy)
    assert other_client.get(f"/orders/evidence/{kept.pk}/").status_code == 404


@pytest.mark.parametrize("number", ["1%20OR%201=1", "%00", "WO-99999999-9999", "9" * 20])
def test_a_nonsense_number_is_404(client, world, number):
    client.force_login(world.admin)
    assert client.get(f"/orders/{number}/").status_code == 404


@pytest.mark.parametrize("url", ["/m/today/%00/", "/orders/%00/", "/orders/a%00b/facts/"])
def test_a_zero_byte_in_an_address_is_404(client, world, url):
    client.force_login(world.installer.user)
    assert client.get(url).status_code == 404


def test_fields_that_were_not_asked_for_change_nothing(client, world, order):
    client.force_login(world.dispatcher)
    typed = {
        "text": "hello",
        "paid_fen": "1",
        "installer": world.installer.pk,
        "sold_by": world.suzhou.pk,
    }
    assert client.post(f"/orders/{order.number}/notes/", typed).status_code == 302
    order.refresh_from_db()
    assert (order.paid_fen, order.installer, order.sold_by) == (28_000, None, world.shop)
