"""Nothing the platforms tell is lost, doubled or left in the dark."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.clock import wall_now
from common.outbox.models import OutboxRow
from integrations.invariants import events_are_worked_off
from integrations.models import InboundEvent, SyncRun
from integrations.services.pulling import pull
from integrations.services.storing import Told, look_at, store
from integrations.services.tidying import bury_forgotten, forget_old
from integrations.shop_gap import shop_gap
from integrations.simulators import trade
from tests.integrations.connected import TMALL, YOUZAN, orders_of, work
from workorders.models import ShopOrder


@pytest.mark.parametrize("shop_id", [YOUZAN, TMALL])
def test_shop_and_company_know_the_same_orders_after_a_pull(connected, shop_id):
    connection = connected.connect(shop_id)
    connected.later(-120)
    kept, gone = connected.buy(shop_id), connected.buy(shop_id, paid=False)
    connected.later(120)
    span = {"start": wall_now() - timedelta(hours=1), "end": wall_now()}
    assert set(shop_gap(connection, **span).only_theirs) == {kept.number, gone.number}
    pull(connection_id=connection.pk)
    work()
    assert shop_gap(connection, **span).is_closed
    connected.later(-60)
    trade.cancel(connected.platforms.world, connected.shop(shop_id), gone)
    connected.later(60)
    assert shop_gap(connection, **span).older_here == (gone.number,)
    ShopOrder.objects.filter(number=kept.number).update(number="E0")
    assert shop_gap(connection, **span).only_ours == ("E0",)


def test_an_event_whose_work_died_is_buried_where_people_see_it(connected):
    connection = connected.connect(YOUZAN)
    event, _new = store(connection, Told("push", "1", "trade_TradeBuyerPay", "E1", "{}"))
    look_at(event)
    InboundEvent.objects.update(received_at=wall_now() - timedelta(minutes=6))
    assert bury_forgotten() == 0
    assert len(list(events_are_worked_off())) == 1
    OutboxRow.objects.update(dead_at=wall_now())
    assert bury_forgotten() == 1
    assert list(events_are_worked_off()) == []
    event.refresh_from_db()
    assert event.state == "dead"


def test_a_failure_is_closed_when_the_order_comes_in_another_way(connected):
    connection = connected.connect(YOUZAN)
    connected.later(-120)
    order = connected.buy()
    connected.later(120)
    store(connection, Told("push", "1", "t", order.number, "{}", state="dead"))
    pull(connection_id=connection.pk)
    work()
    assert len(orders_of(order.number)) == 1
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"done"}


def test_what_failed_is_kept_and_what_is_done_is_forgotten_after_a_month(connected):
    connection = connected.connect(YOUZAN)
    for number, state in enumerate(("done", "ignored", "dead", "parked")):
        store(connection, Told("push", str(number), "t", "E1", "{}", state=state))
    InboundEvent.objects.update(received_at=wall_now() - timedelta(days=31))
    pull(connection_id=connection.pk)
    SyncRun.objects.update(started_at=wall_now() - timedelta(days=15))
    assert forget_old() == 3
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"dead", "parked"}
