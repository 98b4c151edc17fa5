"""A visit the phone has kept is sent again only when something of it has changed."""

from __future__ import annotations

import pytest
from django.middleware.csrf import get_token
from django.test import RequestFactory

from tests.workorders.test_phone import url
from tests.workorders.walking import arrive, assign
from tests.workorders.world import open_order, photo
from workorders.services.evidence import mark_step
from workorders.services.photos import add_photo
from workorders.services.progress import assign_installer


@pytest.fixture
def order(world, client):
    client.force_login(world.installer.user)
    return arrive(open_order(world), world)


def asked(client, order, mark=""):
    headers = {"If-None-Match": mark} if mark else {}
    return client.get(url("job", order), headers=headers)


def test_an_unchanged_visit_costs_a_304_without_a_body(client, order):
    first = asked(client, order)
    assert first.status_code == 200
    again = asked(client, order, first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    # Another mark, as of an earlier release, is answered in full.
    assert asked(client, order, '"0123"').status_code == 200


def changed_by_step(order, world):
    mark_step(order_id=order.pk, seq=1, actor=world.installer.user)


def changed_by_photo(order, world):
    add_photo(order_id=order.pk, upload=photo(9), actor=world.installer.user, seq=1, label="铭牌照")


def changed_by_address(order, world):
    order.address.note = "走北门"
    order.address.save()


def changed_by_contact(order, world):
    order.contact.name = "李四"
    order.contact.save()


@pytest.mark.parametrize(
    "change", [changed_by_step, changed_by_photo, changed_by_address, changed_by_contact]
)
def test_whatever_the_visit_shows_changes_its_mark(client, world, order, change):
    first = asked(client, order)
    change(order, world)
    assert asked(client, order, first["ETag"]).status_code == 200


def test_a_visit_that_was_taken_away_is_never_unchanged(client, world):
    order = assign(open_order(world), world)
    client.force_login(world.installer.user)
    first = asked(client, order)
    assign_installer(
        order_id=order.pk,
        installer=world.other_installer,
        actor=world.dispatcher,
        reason="客户催",
    )
    lost = asked(client, order, first["ETag"])
    assert (lost.status_code, "客户催" in lost.content.decode()) == (200, True)


def test_a_new_sign_in_has_pages_of_its_own(client, world, order):
    """What a page keeps of the secret against forged forms would no longer be taken."""
    first = asked(client, order)
    client.logout()
    client.force_login(world.installer.user)
    client.cookies["csrftoken"] = get_token(RequestFactory().get("/"))
    assert asked(client, order, first["ETag"]).status_code == 200
    # In another language it is another page, too.
    client.cookies["django_language"] = "en"
    assert asked(client, order, first["ETag"]).status_code == 200
