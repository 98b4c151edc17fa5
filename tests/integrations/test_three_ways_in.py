"""Push, pull and comparison: each alone brings every order in, all together bring it in once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from integrations.models import Connection, InboundEvent, SyncRun
from integrations.services.messages import consume_messages
from integrations.services.pulling import COMPARE, PULL, ask_for_pulls, pull
from integrations.simulators import trade
from integrations.simulators.faults import Fault
from tests.integrations.connected import TMALL, YOUZAN, at_once, orders_of, work
from workorders.models import ShopOrder, WorkOrder


def fresh(connection: Connection) -> Connection:
    return Connection.objects.get(pk=connection.pk)


def test_a_push_alone_opens_the_work_order(connected):
    connected.connect(YOUZAN)
    connected.pushed()
    order = connected.buy()
    assert connected.platforms.pushes.deliver_due() == 3
    work()
    (work_order,) = orders_of(order.number)
    assert work_order.sold_by == connected.world.shop
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.parametrize("kind", [PULL, COMPARE])
@pytest.mark.parametrize("shop_id", [YOUZAN, TMALL])
def test_reading_the_shop_alone_opens_the_work_order(connected, shop_id, kind):
    connection = connected.connect(shop_id)
    numbers = [connected.buy(shop_id).number for _ in range(3)]
    connected.later(60)
    run = pull(connection_id=connection.pk, kind=kind)
    work()
    assert (run.error, run.pulled, run.created, run.updated, run.failed) == ("", 3, 3, 0, 0)
    assert [len(orders_of(number)) for number in numbers] == [1, 1, 1]
    again = pull(connection_id=connection.pk, kind=kind)
    assert (again.pulled, again.created, again.updated) == (3, 0, 0)


@pytest.mark.commits
def test_messages_alone_open_the_work_order_and_are_confirmed_after_storing(connected):
    connected.connect(TMALL)
    order = connected.buy(TMALL)
    assert consume_messages() == 2
    work()
    assert len(orders_of(order.number)) == 1
    assert consume_messages() == 0


def test_messages_that_were_not_confirmed_come_again_and_change_nothing(connected):
    # Nothing commits in this test, so nothing is confirmed.
    connected.connect(TMALL)
    connected.buy(TMALL)
    assert (consume_messages(), consume_messages()) == (2, 2)
    assert InboundEvent.objects.filter(source="message").count() == 2


def test_all_ways_together_open_one_work_order(connected):
    connection = connected.connect(YOUZAN)
    connected.pushed()
    order = connected.buy()
    connected.platforms.pushes.deliver_due()
    connected.later(60)
    pull(connection_id=connection.pk)
    pull(connection_id=connection.pk, kind=COMPARE)
    connected.platforms.pushes.repeat_all(is_reversed=True)
    connected.platforms.pushes.deliver_due()
    work()
    at_once()
    work()
    assert len(orders_of(order.number)) == 1
    assert ShopOrder.objects.count() == 1


def test_a_change_between_push_and_second_look_is_seen_without_a_push_of_its_own(connected):
    connected.connect(YOUZAN)
    connected.pushed()
    order = connected.buy()
    connected.platforms.pushes.deliver_due()
    work()
    connected.shop().callback_url = ""
    trade.refund_order(connected.platforms.world, connected.shop(), order)
    assert orders_of(order.number)[0].cancelled_at is None
    at_once()
    work()
    assert orders_of(order.number)[0].cancelled_at is not None


@pytest.mark.parametrize("shop_id", [YOUZAN, TMALL])
def test_refund_and_change_of_address_come_with_the_next_pull(connected, shop_id):
    connection = connected.connect(shop_id)
    shop = connected.shop(shop_id)
    connected.later(-120)
    refunded, moved = connected.buy(shop_id), connected.buy(shop_id, at=1)
    connected.later(60)
    pull(connection_id=connection.pk)
    work()
    before = orders_of(moved.number)[0].address_id
    connected.later(1)
    trade.refund_order(connected.platforms.world, shop, refunded)
    trade.change_address(connected.platforms.world, shop, moved, shop.addresses[5])
    run = pull(connection_id=connection.pk)
    assert (run.error, run.pulled, run.updated) == ("", 2, 2)
    work()
    assert orders_of(moved.number)[0].address_id != before
    assert orders_of(refunded.number)[0].cancelled_at is not None


@pytest.mark.parametrize("fault", ["http500", "half_json", "kill", "limit", "isp", "failed_list"])
def test_a_failed_reading_moves_no_cursor_and_the_next_one_loses_nothing(connected, fault):
    connection = connected.connect(YOUZAN)
    pull(connection_id=connection.pk)
    cursor = fresh(connection).pulled_until
    order = connected.buy()
    connected.later(60)
    connected.platforms.world.faults.add(Fault(fault, YOUZAN, times=3, operation="trades.sold.get"))
    run = pull(connection_id=connection.pk)
    assert run.error
    assert (fresh(connection).pulled_until, fresh(connection).failures_in_a_row) == (cursor, 1)
    connected.platforms.world.faults.clear()
    assert pull(connection_id=connection.pk).error == ""
    work()
    assert len(orders_of(order.number)) == 1
    assert fresh(connection).failures_in_a_row == 0


@pytest.mark.parametrize(
    ("shop_id", "operation"), [(YOUZAN, "trade.refund.search"), (TMALL, "refunds.receive.get")]
)
def test_a_comparison_whose_refunds_cannot_be_read_is_noted_as_failed(
    connected, shop_id, operation
):
    connection = connected.connect(shop_id)
    connected.platforms.world.faults.add(Fault("isp", shop_id, times=3, operation=operation))
    assert pull(connection_id=connection.pk, kind=COMPARE).error
    assert pull(connection_id=connection.pk, kind=COMPARE).error == ""


def test_each_shop_is_read_in_a_row_of_its_own_and_never_twice_at_once(connected):
    connected.connect(YOUZAN)
    connected.connect(TMALL)
    assert (ask_for_pulls(PULL), ask_for_pulls(PULL)) == (2, 0)
    work()
    assert SyncRun.objects.count() == 2
    assert ask_for_pulls(PULL) == 2


def test_a_product_that_nobody_has_mapped_waits_and_is_not_lost(connected):
    connection = connected.connect(YOUZAN)
    connected.buy(product=-1)
    connected.later(60)
    pull(connection_id=connection.pk)
    work()
    assert WorkOrder.objects.count() == 0
    assert ShopOrder.objects.get().lines.get().state == "unmapped"


@pytest.mark.parametrize(("ago", "looked_back"), [(1, 3), (10, 10), (40, 30)])
def test_a_comparison_looks_back_to_the_last_that_succeeded_at_most_thirty_days(
    connected, ago, looked_back
):
    connection = connected.connect(YOUZAN)
    first = pull(connection_id=connection.pk, kind=COMPARE)
    assert (first.window_ends_at - first.window_starts_at).days == 3
    SyncRun.objects.update(window_ends_at=first.window_ends_at - timedelta(days=ago))
    run = pull(connection_id=connection.pk, kind=COMPARE)
    assert run.error == ""
    assert (run.window_ends_at - run.window_starts_at).days == looked_back
