"""A job done again within its warranty is rework: flagged, linked, judged by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from tests.workorders.walking import assign, complete
from tests.workorders.world import HANGZHOU, open_order, service_line, shop_order
from workorders.models import TimelineEvent, WorkOrder
from workorders.services.rework import judge_rework


def again(world, *, paid_fen=0, **changes):
    line = service_line("L2", paid_fen=paid_fen)
    return open_order(world, shop_order(line, number="AGAIN", **changes))


@pytest.fixture
def first(world):
    return complete(open_order(world), world)


@pytest.mark.parametrize(
    ("days", "warranty", "paid_fen", "rework", "suspected"),
    [
        (0, 30, 0, True, False),
        (30, 30, 0, True, False),
        (31, 30, 0, False, False),
        (31, 365, 0, True, False),
        (1, 0, 0, False, False),
        (3, 30, 15_000, False, True),
    ],
)
def test_the_same_job_there_within_its_warranty_is_rework_unless_it_is_paid_again(
    world, first, days, warranty, paid_fen, rework, suspected
):
    type(world.item).objects.filter(pk=world.item.pk).update(warranty_days=warranty)
    WorkOrder.objects.filter(pk=first.pk).update(completed_at=clock.now() - timedelta(days=days))
    order = again(world, paid_fen=paid_fen)
    assert (order.rework_of_id == first.pk, order.suspected_rework_of_id == first.pk) == (
        rework, suspected,
    )  # fmt: skip
    assert order.looks_like_rework is (rework or suspected)


def test_another_address_or_a_cancelled_job_is_nobodys_rework(world, first):
    assert again(world, receiver=replace(HANGZHOU, detail="古墩路 1 号")).looks_like_rework is False
    WorkOrder.objects.filter(pk=first.pk).update(cancelled_at=clock.now())
    assert open_order(
        world, shop_order(service_line("L3", paid_fen=0), number="AGAIN-2")
    ).looks_like_rework is False  # fmt: skip


def test_a_person_overrules_with_a_reason_and_every_screen_shows_the_flag(world, first, client):
    order = again(world)
    client.force_login(world.dispatcher)
    page = reverse("workorders:order-detail", args=[order.number])
    for url in (page, reverse("workorders:order-list")):
        assert "返工" in client.get(url).content.decode()
    assign(order, world)
    client.force_login(world.installer.user)
    assert "返工" in client.get(reverse("workorders-phone:today")).content.decode()
    client.force_login(world.dispatcher)
    url = reverse("workorders:rework-judge", args=[order.number])
    key = {"_idempotency_key": str(uuid4()), "answer": "new"}
    assert client.post(url, key | {"reason": " "}).status_code == 422
    assert client.post(url, key | {"reason": "第二台机器"}).status_code == 302
    order.refresh_from_db()
    assert (order.rework_of, order.looks_like_rework) == (None, False)
    assert TimelineEvent.objects.filter(work_order=order, code="rework_denied").exists()
    back = judge_rework(order_id=order.pk, is_rework=True, reason="同一台", actor=world.dispatcher)
    assert back.rework_of_id == first.pk
    with pytest.raises(Refused):
        judge_rework(order_id=first.pk, is_rework=True, reason="x", actor=world.dispatcher)
