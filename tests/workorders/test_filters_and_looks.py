"""Saved filters belong to one person, and every look at a number is noted."""

from __future__ import annotations

import pytest

from common.journal.models import AuditRecord
from tests.workorders.world import open_order
from workorders.models import SavedFilter


@pytest.fixture
def order(world):
    return open_order(world)


def test_a_filter_is_kept_without_the_page_and_shown_again(client, world, order):
    client.force_login(world.dispatcher)
    typed = {"name": "西湖急单", "query": "urgent=on&state=open&after=1-1&evil=1"}
    assert client.post("/orders/filters/save/", typed).status_code == 302
    assert SavedFilter.objects.get().query == "urgent=on&state=open"
    assert "西湖急单" in client.get("/orders/").content.decode()
    client.force_login(world.seller)
    assert "西湖急单" not in client.get("/orders/").content.decode()


def test_the_same_name_again_replaces_the_filter_and_nobody_deletes_anothers(client, world):
    client.force_login(world.dispatcher)
    for state in ("open", "DONE"):
        client.post("/orders/filters/save/", {"name": "我的", "query": f"state={state}"})
    kept = SavedFilter.objects.get()
    assert kept.query == "state=DONE"
    client.force_login(world.seller)
    client.post(f"/orders/filters/{kept.pk}/forget/")
    assert SavedFilter.objects.exists()
    client.force_login(world.dispatcher)
    client.post(f"/orders/filters/{kept.pk}/forget/")
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("typed", [{"name": "", "query": "state=open"}, {"name": "x" * 31}])
def test_a_filter_without_a_fitting_name_is_not_kept(client, world, typed):
    client.force_login(world.dispatcher)
    assert client.post("/orders/filters/save/", typed).status_code == 302
    assert not SavedFilter.objects.exists()


def test_a_filter_that_filters_nothing_is_refused(client, world):
    client.force_login(world.dispatcher)
    answer = client.post("/orders/filters/save/", {"name": "leer", "query": "evil=1"})
    assert answer.status_code == 422


def test_a_look_at_a_number_is_noted_with_person_and_order(client, world, order):
    client.force_login(world.dispatcher)
    client.post(f"/orders/{order.number}/phone/")
    noted = AuditRecord.objects.get(action="contact.revealed")
    assert (noted.actor_id, noted.object_id) == (world.dispatcher.pk, str(order.contact_id))
    assert noted.details == {"work_order": order.pk}


def test_a_number_the_shop_hides_is_not_shown(client, world, order):
    type(order.contact).objects.update(phone="137****5678")
    client.force_login(world.dispatcher)
    answer = client.post(f"/orders/{order.number}/phone/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not AuditRecord.objects.filter(action="contact.revealed").exists()
