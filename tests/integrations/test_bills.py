"""Bills come over the platforms' own wire, and every ordered mistake ends in the right cause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common import clock
from integrations.errors import MappingError, PlatformError
from integrations.simulators.bills import SLIPS, order_slip
from integrations.simulators.trade import refund_order
from integrations.tmall.bills import METHOD, TmallBills
from integrations.youzan.bills import YouzanBills
from tests.integrations.conftest import NOON, TMALL, YOUZAN

HOURS = (NOON - timedelta(hours=1), NOON + timedelta(hours=1))


def bill(stage: Any, shop_id: str) -> list[Any]:
    source = TmallBills(stage.tmall()._gateway) if shop_id == TMALL else YouzanBills(stage.youzan())
    stage.platforms.world.clock.move(60)
    return list(source.bill(*HOURS))


@pytest.mark.parametrize("shop_id", [YOUZAN, TMALL])
def test_payments_and_refunds_are_billed_with_the_fee_of_each(stage, shop_id):
    order = stage.buy(shop_id)
    service = order.lines[-1]
    refund_order(stage.platforms.world, stage.shop(shop_id), order)
    mine = [line for line in bill(stage, shop_id) if line.line_id == service.line_id]
    assert [line.kind for line in mine] == ["payment", "refund"]
    assert [line.order_number for line in mine] == [order.number] * 2
    assert mine[0].amount_fen == service.paid_fen == -mine[1].amount_fen
    assert mine[0].fee_fen == -mine[1].fee_fen > 0
    assert mine[0].raw


def test_a_providers_bill_speaks_of_services_alone_and_a_shops_of_everything(stage):
    for shop_id, lines in ((YOUZAN, 2), (TMALL, 1)):
        assert len(stage.buy(shop_id).lines) == 2
        assert len(bill(stage, shop_id)) == lines


def test_every_line_comes_once_over_many_pages(stage, monkeypatch):
    monkeypatch.setattr("integrations.tmall.bills.PAGE_SIZE", 2)
    monkeypatch.setattr("integrations.youzan.bills.PAGE_SIZE", 2)
    for shop_id in (YOUZAN, TMALL):
        orders = [stage.buy(shop_id) for _ in range(5)]
        found = [line.bill_line_id for line in bill(stage, shop_id)]
        assert len(found) == len(set(found))
        assert len(found) >= len(orders)


@pytest.mark.parametrize("kind", sorted(SLIPS))
def test_each_ordered_mistake_changes_the_bill_of_one_line(stage, kind):
    order = stage.buy(TMALL)
    (right,) = bill(stage, TMALL)
    order_slip(stage.shop(TMALL), kind)
    found = bill(stage, TMALL)
    told = {
        "missing": found == [],
        "twice": len(found) == 2 and found[0].amount_fen == found[1].amount_fen,
        "foreign": [line.order_number == order.number for line in found] == [False],
        "amount": [right.amount_fen - line.amount_fen for line in found] == [1_000],
        "fee": [line.fee_fen > right.fee_fen for line in found] == [True],
    }
    assert told[kind]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bill_time_start": "2026-03-01"}, "41/isv.invalid-parameter"),
        ({"bill_time_end": "2026-04-02 12:00:00"}, "41/isv.invalid-parameter"),
        ({"page_size": "500"}, "41/isv.invalid-parameter"),
    ],
)
def test_the_gateway_refuses_windows_and_pages_it_does_not_know(stage, changes, code):
    asked = {"bill_time_start": "2026-03-02 11:00:00", "bill_time_end": "2026-03-02 12:00:00"}
    with pytest.raises(PlatformError) as error:
        stage.tmall()._gateway.call(METHOD, asked | changes)
    assert error.value.code == code


def test_a_type_nobody_knows_stops_the_bill_instead_of_being_guessed(stage, monkeypatch):
    stage.buy(YOUZAN)
    monkeypatch.setattr("integrations.youzan.bills._KINDS", {})
    with pytest.raises(MappingError):
        bill(stage, YOUZAN)


def test_a_pulled_bill_is_matched_with_the_orders_that_were_pulled(connected: Any) -> None:
    from common.outbox import announce
    from integrations.services.pulling import pull
    from settlement.bills.events import BillWanted, ShopOrderWanted
    from settlement.models import BillPosition, PlatformBill
    from tests.integrations.connected import at_once, work

    connection = connected.connect(TMALL)
    order, strange = connected.buy(TMALL), connected.buy(TMALL)
    order_slip(connected.shop(TMALL), "foreign", strange.number)
    connected.later(60)
    pull(connection_id=connection.pk)
    work()
    day = str(clock.business_day())
    announce(BillWanted("tmall", TMALL, day, day))
    work()
    bill = PlatformBill.objects.get()
    assert (bill.total, bill.state, bill.source) == (2, "done", "pull")
    states = dict(BillPosition.objects.values_list("order_number", "state"))
    assert states[order.number] == "waiting"
    (lost,) = [number for number, state in states.items() if state == "missing_here"]
    announce(ShopOrderWanted("tmall", TMALL, lost))
    announce(BillWanted("tmall", TMALL, day, day))
    at_once()
    work()
    assert BillPosition.objects.get(order_number=lost).state == "missing_here"
    assert PlatformBill.objects.latest("pk").known == 2
