"""What a push may look like, and what each gets for an answer."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from common.journal.models import AuditRecord
from integrations.models import Connection, InboundEvent
from integrations.simulators import trade
from integrations.youzan.signing import event_sign
from tests.integrations.connected import YOUZAN, at_once, orders_of, work
from workorders.models import ShopOrder, WorkOrder


def post(connected: Any, body: bytes, *, sign: str = "", **changes: Any) -> Any:
    shop, connection = connected.shop(), connected.connections[YOUZAN]
    headers = {
        "Client-Id": shop.client_id,
        "Event-Sign": sign or event_sign(shop.client_id, body, shop.client_secret),
        "Event-Type": "trade_TradeBuyerPay",
        **changes.pop("headers", {}),
    }
    address = f"/hooks/youzan/{changes.pop('public_id', connection.public_id)}"
    kind = changes.pop("content_type", "application/json")
    return connected.client.post(address, data=body, content_type=kind, headers=headers)


def push(message: str = '{"tid":"E1"}', **changes: Any) -> bytes:
    body = {
        "client_id": "sim-youzan-chengyu",
        "kdt_id": int(YOUZAN),
        "id": "E1",
        "type": "trade_TradeBuyerPay",
        "status": "WAIT_SELLER_SEND_GOODS",
        "msg": quote(message),
        "msg_id": str(uuid.uuid4()),
        "version": 1,
        "test": False,
        **changes,
    }
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"version": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 200_000, 400),
        (b"", 400),
        (b'{"a": "\xff\xfe"}', 400),
        (b'{"amount": NaN}', 422),
        (b'{"amount": 1e400}', 422),
        (b'{"a": 1, "a": 2}', 400),
        (b'{"a": "' + b"x" * (3 * 1024 * 1024) + b'"}', 413),
        (b"[1, 2]", 400),
        (b'"text"', 400),
        (b'{"a": "\\ud800"}', 400),
        (b"{}", 400),
        (push('{"tid":"E1","payment":0.30000000000000004}'), 422),
        (push('{"tid":"E1","full_order_info":{"pay_info":{"payment":1e2}}}'), 422),
        (push('{"tid":"E1","payment":NaN}'), 422),
        (push(version="one"), 400),
    ],
)
def test_a_true_signature_over_a_bad_body_is_answered_and_nothing_is_kept(connected, body, status):
    connected.connect(YOUZAN)
    assert post(connected, body).status_code == status
    assert InboundEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"sign": "0" * 32}, 401),
        ({"headers": {"Client-Id": "stranger"}}, 401),
        ({"headers": {"Event-Sign": ""}}, 401),
        ({"headers": {"Event-Sign": "签名"}}, 401),
        ({"headers": {"Content-Encoding": "gzip"}}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"public_id": uuid.UUID(int=1)}, 404),
        ({"public_id": "1"}, 404),
    ],
)
def test_what_is_no_push_of_this_shop_is_refused_and_nothing_is_kept(connected, changes, status):
    connected.connect(YOUZAN)
    assert post(connected, push(), **changes).status_code == status
    assert InboundEvent.objects.count() == 0
    assert Connection.objects.get().refused_pushes == (1 if status == 401 else 0)


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
def test_a_push_is_a_post(connected, method):
    connection = connected.connect(YOUZAN)
    answer = getattr(connected.client, method)(f"/hooks/youzan/{connection.public_id}")
    assert answer.status_code == 405
    assert "POST" in answer["Allow"].split(", ")
    assert method.upper() not in answer["Allow"].split(", ")


@pytest.mark.parametrize(
    ("body", "status", "state"),
    [
        (push(type="item_ItemUpdate", id="77", msg=""), 200, "ignored"),
        (push(type="trade_SomethingNew"), 200, "new"),
        (push(test=True), 200, "ignored"),
        (push(kdt_id=999), 202, "parked"),
        (push('{"tid":"E1","payment":"-1.00"}'), 202, "parked"),
    ],
)
def test_what_can_be_kept_is_kept_and_answered_with_success(connected, body, status, state):
    connected.connect(YOUZAN)
    answer = post(connected, body)
    assert (answer.status_code, answer.json()) == (status, {"code": 0, "msg": "success"})
    assert InboundEvent.objects.get().state == state
    alerts = AuditRecord.objects.filter(action="push.parked").count()
    assert alerts == (1 if state == "parked" else 0)


def test_a_zero_character_is_removed_and_the_event_flagged(connected):
    connected.connect(YOUZAN)
    body = push(kdt_name="a\x00b")
    assert post(connected, body).status_code == 200
    event = InboundEvent.objects.get()
    assert event.flags == "u0000"
    assert json.loads(event.body)["kdt_name"] == "ab"


def test_a_switched_off_connection_keeps_its_pushes_for_later(connected):
    connected.connect(YOUZAN, is_active=False)
    assert post(connected, push()).status_code == 202


def test_the_same_push_twenty_times_is_one_event(connected):
    connected.connect(YOUZAN)
    body = push()
    assert {post(connected, body).status_code for _ in range(20)} == {200}
    assert InboundEvent.objects.count() == 1


def test_a_refund_told_before_its_order_is_tried_again_and_then_parked_not_dropped(connected):
    connected.connect(YOUZAN)
    body = push('{"tid":"E404","refund_id":"R1"}', type="trade_refund_RefundSuccess", id="E404")
    assert post(connected, body).status_code == 200
    for _ in range(6):
        at_once()
        work()
    event = InboundEvent.objects.get()
    assert (event.state, event.order_number) == ("parked", "E404")
    assert "5000" in event.error


def test_a_platform_that_is_away_is_asked_five_times_and_then_given_up_visibly(connected):
    connected.connect(YOUZAN, base_url=connected.base + "/nothing-here")
    assert post(connected, push()).status_code == 200
    for _ in range(6):
        at_once()
        work()
    event = InboundEvent.objects.get()
    assert event.state == "dead"
    assert event.error


def test_an_order_that_cannot_be_read_is_parked_with_its_payload_and_comes_in_once_it_can(
    connected,
):
    connected.connect(YOUZAN)
    connected.pushed()
    order = connected.buy()
    right_fen = order.lines[0].paid_fen
    order.lines[0].paid_fen = -1
    connected.platforms.pushes.deliver_due()
    work()
    assert set(InboundEvent.objects.values_list("source", "state")) == {
        ("push", "parked"),
        ("fetched", "parked"),
    }
    assert ShopOrder.objects.count() == 0
    order.lines[0].paid_fen = right_fen
    at_once()
    work()
    assert len(orders_of(order.number)) == 1
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"done"}


def test_pushes_shuffled_and_repeated_leave_what_one_ordered_run_leaves(connected):
    connected.connect(YOUZAN)
    connected.pushed()
    world, shop = connected.platforms.world, connected.shop()
    dice = random.Random(20261121)
    numbers = []
    for turn in range(34):
        order = connected.buy(at=turn % 5, product=turn % 3)
        numbers.append(order.number)
        if turn % 3 == 1:
            trade.change_address(world, shop, order, shop.addresses[turn])
        if turn % 4 == 2:
            trade.refund_order(world, shop, order)
        elif turn % 2:
            trade.ship(world, shop, order)
    sent = list(connected.platforms.pushes.deliveries)
    assert len(sent) >= 150
    # Shuffled and with repetitions, worked off in between: 200 posts and more.
    mixed = sent + dice.choices(sent, k=len(sent) * 3 // 10)
    dice.shuffle(mixed)
    for position, one in enumerate(mixed):
        answer = post(connected, one.body)
        assert answer.status_code == 200
        if position % 40 == 0:
            work()
    work()
    shuffled = outcome(numbers)
    for one in sent:
        post(connected, one.body)
    at_once()
    work()
    assert outcome(numbers) == shuffled
    assert shuffled == {number: expected(shop.orders[number]) for number in numbers}


def outcome(numbers: list[str]) -> dict[str, tuple[Any, ...]]:
    """Of each order: what the shop says of it, and where work is still to be done for it."""
    found = {order.number: order for order in ShopOrder.objects.all()}
    assert set(found) == set(numbers)
    assert WorkOrder.objects.count() == WorkOrder.objects.values("line").distinct().count()
    return {
        number: (
            found[number].status,
            [work.address.district for work in orders_of(number) if work.cancelled_at is None],
        )
        for number in numbers
    }


def expected(order: Any) -> tuple[Any, ...]:
    return (order.status, [] if order.status == "closed" else [order.address.district])
