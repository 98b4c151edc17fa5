"""The bell's list: a notice leads to its order and is taken off, and only by whom it is for."""

from __future__ import annotations

import pytest

from tests.workorders.world import open_order
from workorders.models import StaffNotice
from workorders.services.staff_notices import tell_staff


@pytest.fixture
def notice(world) -> StaffNotice:
    """The dispatcher was told something about an order."""
    tell_staff(open_order(world), [world.dispatcher], text="请转告客户")
    return StaffNotice.objects.get()


def test_looking_at_a_notice_opens_its_order_and_takes_it_off_the_bell(client, world, notice):
    client.force_login(world.dispatcher)
    answer = client.post(f"/orders/notices/{notice.pk}/seen/", {"open": "²"})
    assert answer["Location"] == f"/orders/{notice.work_order.number}/"
    assert StaffNotice.objects.get().seen_at is not None


def test_a_notice_of_somebody_else_stays_and_leads_nowhere(client, world, notice):
    client.force_login(world.admin)
    answer = client.post(f"/orders/notices/{notice.pk}/seen/", {"open": ""})
    assert answer["Location"] == "/orders/notices/"
    assert StaffNotice.objects.get().seen_at is None
