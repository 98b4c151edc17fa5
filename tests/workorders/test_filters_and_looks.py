"""Saved filters belong to one person, and every look at a number is noted."""

from __future__ import annotations

import pytest

from common.journal.models import AuditRecord
from tests.workorders.world import open_order, shop_order
from workorders.models import SavedFilter, WorkOrder


@pytest.fixture
def order(world):
    return open_order(world)


def test_a_filter_is_kept_without_the_page_and_shown_again(client, world, order):
    client.force_login(world.dispatcher)
    typed = {"name": "西湖急单", "query": "urgent=on&difficulty=any&after=1-1&evil=1"}
    assert client.post("/orders/filters/save/", typed).status_code == 302
    assert SavedFilter.objects.get().query == "urgent=on&difficulty=any"
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


MARKS = {
    "plain": {},
    "high": {"high_work": True},
    "far": {"site_kind": "remote"},
    "tagged": {"tags": ["无电梯"]},
}


@pytest.mark.parametrize(
    ("difficulty", "found"),
    [
        ("", {"plain", "high", "far", "tagged"}),
        ("any", {"high", "far", "tagged"}),
        ("height", {"high"}),
        ("remote", {"far"}),
        ("highway", set()),
        ("tagged", {"tagged"}),
        ("nonsense", {"plain", "high", "far", "tagged"}),
    ],
)
def test_the_list_filters_by_what_makes_an_order_hard(client, world, difficulty, found):
    orders = {
        name: open_order(world, shop_order(number=f"E{n}", buyer_ref=f"b{n}"))
        for n, name in enumerate(MARKS)
    }
    for name, order in orders.items():
        WorkOrder.objects.filter(pk=order.pk).update(**MARKS[name])
    client.force_login(world.dispatcher)
    shown = client.get("/orders/", {"difficulty": difficulty}).content.decode()
    assert {name for name, order in orders.items() if order.number in shown} == found


def test_a_row_names_what_makes_its_order_hard(client, world, order):
    WorkOrder.objects.filter(pk=order.pk).update(
        high_work=True, site_kind="remote", tags=["无电梯", "\u202e翻"]
    )
    client.force_login(world.dispatcher)
    shown = client.get("/orders/").content.decode()
    for words in ("高空作业", "偏远", "无电梯", "⟨U+202E⟩翻"):
        assert f'<span class="x-tag">{words}</span>' in shown


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
