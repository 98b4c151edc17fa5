"""A member presses the button of a card: from the simulated WeCom over HTTP into the running product."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from integrations.models import Connection
from tests.e2e.product import Product
from tests.integrations.connected import CORP, Connected, member, simulators
from tests.workorders.walking import assign
from tests.workorders.world import World, open_order, service_line, shop_order
from workorders.models import TimelineEvent, WorkOrder

# Beside the browser tests: the product they start writes to this process's database for good.
pytestmark = pytest.mark.browser


@pytest.fixture
def told(world: World, product: Product, settings: Any) -> Any:
    """A simulated corp that knows the product's address, and an order its member was told of."""
    with simulators() as (platforms, port):
        settings.EGRESS_ALLOW = [f"127.0.0.1:{port}"]
        connected = Connected(platforms, port, world, None)
        connected.connect(CORP)
        member(connected)
        corp = platforms.world.corps[CORP]
        corp.callback_url = product.url(f"/hooks/wecom/{connected.connections[CORP].public_id}")
        order = open_order(world, shop_order(service_line(), number="CARD00001"))
        assign(order, world)
        product.drain()
        # WeCom waits five seconds: a server that has not answered anything yet loads its pages first.
        assert httpx.get(f"http://127.0.0.1:{product.port}/sign-in/", timeout=60).status_code == 404
        yield platforms, corp, order
        Connection.objects.filter(platform="wecom").update(is_active=False)


def test_a_pressed_card_accepts_its_order_once(told: Any) -> None:
    platforms, corp, order = told
    sent = corp.messages[-1]
    assert platforms.callbacks.press(corp, sent, "accept", times=2) == ["ok", "ok"]
    assert WorkOrder.objects.get(pk=order.pk).stage == "accepted"
    assert TimelineEvent.objects.filter(work_order=order, params__key="accept").count() == 1
    assert (sent.pressed, sent.replaced) == ("accept", "已接单")
