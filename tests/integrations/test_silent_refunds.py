"""Refunds that an order's row in the list does not tell of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.clock import wall_now
from integrations.models import InboundEvent
from integrations.services.pulling import COMPARE, pull
from integrations.shop_gap import shop_gap
from integrations.simulators import top_server, trade, youzan_render, youzan_server
from tests.integrations.connected import TMALL, YOUZAN, at_once, orders_of, work
from workorders.models import ShopOrder, ShopOrderLine


@pytest.fixture
def connection(connected, shop_id):
    connected.later(-600)
    return connected.connect(shop_id)


def ordered(connected, connection, shop_id):
    order = connected.buy(shop_id)
    connected.later(60)
    read(connection)
    return order


def read(connection, kind="pull"):
    run = pull(connection_id=connection.pk, kind=kind)
    assert run.error == ""
    work()
    at_once()
    work()
    return run


def refund(connected, shop_id, order, fen=None):
    """Pay back, of the first line or of all, without the order's own row moving."""
    shop, world, modified_at = connected.shop(shop_id), connected.platforms.world, order.modified_at
    for line in order.lines if fen is None else order.lines[:1]:
        trade.ask_refund(world, shop, order, line, fen)
        trade.agree_refund(world, shop, order, line)
    order.modified_at = modified_at


def is_closed(connection):
    return shop_gap(connection, start=wall_now() - timedelta(days=1), end=wall_now()).is_closed


@pytest.fixture
def silent_rows(monkeypatch):
    """Let the shop's list, but not its details, be silent about refunds."""

    def silent(shop, order):
        row = youzan_render.full_order_info(shop, order)
        row["order_info"]["refund_state"] = 0
        return row

    monkeypatch.setattr(youzan_server, "full_order_info", silent)


@pytest.mark.parametrize("shop_id", [YOUZAN, TMALL])
def test_a_refund_newer_than_its_order_is_found_once_and_the_gap_is_closed(
    connected, connection, shop_id
):
    order = ordered(connected, connection, shop_id)
    connected.later(60)
    refund(connected, shop_id, order)
    connected.later(180)
    read(connection)
    assert orders_of(order.number)[0].cancelled_at is None
    assert not is_closed(connection)
    assert read(connection, COMPARE).updated == 1
    assert orders_of(order.number)[0].cancelled_at is not None
    told = InboundEvent.objects.count()
    assert (read(connection, COMPARE).updated, is_closed(connection)) == (0, True)
    assert InboundEvent.objects.count() == told


@pytest.mark.parametrize("shop_id", [YOUZAN])
@pytest.mark.usefixtures("silent_rows")
def test_a_refund_is_found_although_its_order_changed_and_was_read_after_it(
    connected, connection, shop_id
):
    order = ordered(connected, connection, shop_id)
    refund(connected, shop_id, order, 100)
    connected.later(60)
    trade.ship(connected.platforms.world, connected.shop(shop_id), order)
    connected.later(60)
    assert read(connection).updated == 1
    assert refunded_fen(order) == 0
    assert read(connection, COMPARE).updated == 1
    assert refunded_fen(order) == 100
    assert (read(connection, COMPARE).updated, is_closed(connection)) == (0, True)


@pytest.mark.parametrize("shop_id", [YOUZAN])
@pytest.mark.usefixtures("silent_rows")
def test_a_refund_taken_in_is_not_undone_by_a_later_row_silent_about_it(
    connected, connection, shop_id
):
    order = ordered(connected, connection, shop_id)
    refund(connected, shop_id, order, 100)
    connected.later(60)
    read(connection, COMPARE)
    assert refunded_fen(order) == 100
    trade.ship(connected.platforms.world, connected.shop(shop_id), order)
    connected.later(60)
    read(connection)
    assert ShopOrder.objects.get(number=order.number).status == "shipped"
    assert refunded_fen(order) == 100


@pytest.mark.parametrize("shop_id", [YOUZAN, TMALL])
def test_a_refund_nobody_can_read_is_parked_once_and_the_others_are_found(
    connected, connection, shop_id, monkeypatch
):
    order, other = (ordered(connected, connection, shop_id) for _ in range(2))
    refund(connected, shop_id, order)
    refund(connected, shop_id, other)
    connected.later(60)
    for server in (youzan_server, top_server.top_render):
        monkeypatch.setattr(server, "refund_row", nameless(server.refund_row, other.number))
    runs = [read(connection, COMPARE) for _ in range(2)]
    assert [run.failed for run in runs] == [len(other.lines)] * 2
    assert orders_of(order.number)[0].cancelled_at is not None
    parked = InboundEvent.objects.filter(topic="refund", state="parked")
    assert parked.count() == len(other.lines)
    assert {event.error for event in parked} == {"tid: id.missing"}


def nameless(render, number):
    """Leave the order's number out of each refund of one order."""

    def row(*args):
        made = render(*args)
        return {**made, "tid": ""} if str(made["tid"]) == number else made

    return row


def refunded_fen(order):
    lines = ShopOrderLine.objects.filter(order__number=order.number)
    return sum(line.refunded_fen for line in lines)
