"""Several refunds of one line: their sum counts, each is clawed back, and repetitions do nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from catalog.models import ProductMapping
from common.clock import wall_now
from common.invariants import run_checks
from integrations.errors import Kind, PlatformError
from integrations.models import HeardRefund
from integrations.services.known_refunds import hear as hear_of
from integrations.services.messages import consume_messages
from integrations.services.pulling import COMPARE, pull
from integrations.services.taking import fetch_and_take
from integrations.shop_gap import shop_gap
from integrations.simulators import trade
from integrations.simulators.bills import bookings
from integrations.simulators.world import Line, Order
from integrations.tmall import api
from settlement.ledger import balances
from settlement.models import JournalEntry, Settlement
from settlement.services.parties import installer_party
from tests.integrations.connected import TMALL, YOUZAN, at_once, bought, orders_of, work
from tests.integrations.test_dispatch_and_cards import company_of
from tests.workorders.conftest import own_media
from tests.workorders.walking import complete
from workorders.models import ShopOrderLine, TimelineEvent, WorkOrder

__all__ = ["own_media"]


@pytest.fixture
def shop_id() -> str:
    return TMALL


@pytest.fixture
def order(connected: Any, shop_id: str) -> WorkOrder:
    """A paid order of the shop, taken in and opened at what was paid; its messages are wanted."""
    ProductMapping.objects.update(price_included=False)
    connected.later(-600)
    connected.connect(shop_id)
    connected.shop(shop_id).topics |= {
        "taobao_refund_RefundCreated", "taobao_refund_RefundSuccess", "taobao_trade_TradeClose",
    }  # fmt: skip
    return bought(connected, shop_id)


def placed(connected: Any, order: WorkOrder) -> tuple[Order, Line]:
    """The simulated order and the line our work order is of."""
    theirs = connected.shop(order.line.order.shop_key).orders[order.line.order.number]
    return theirs, next(line for line in theirs.lines if line.line_id == order.line.line_id)


def pay_back(connected: Any, order: WorkOrder, fen: int | None = None) -> None:
    """A refund is asked for and paid, and a minute passes."""
    theirs, line = placed(connected, order)
    refund_of_line(connected, theirs, line, fen)


def refund_of_line(connected: Any, theirs: Order, line: Line, fen: int | None = None) -> None:
    world, shop = connected.platforms.world, connected.shop(theirs.shop_id)
    trade.ask_refund(world, shop, theirs, line, fen)
    trade.agree_refund(world, shop, theirs, line)
    connected.later(60)


def hear(times: int = 1) -> None:
    """What the message group has is consumed and worked off, and looked at again."""
    for _time in range(times):
        consume_messages()
        work()
        at_once()
        work()


def fetched(connected: Any, order: WorkOrder, times: int = 1) -> None:
    connection = connected.connections[order.line.order.shop_key]
    for _time in range(times):
        fetch_and_take(connection=connection, order_number=order.line.order.number)
        work()


def known(order: WorkOrder) -> tuple[str, int]:
    line = ShopOrderLine.objects.get(pk=order.line_id)
    return line.refund_state, line.refunded_fen


@pytest.mark.parametrize("shop_id", [TMALL, YOUZAN])
def test_two_refunds_of_one_line_are_summed_however_often_the_order_is_fetched(
    connected: Any, order: WorkOrder
) -> None:
    pay_back(connected, order, 1_000)
    fetched(connected, order, 2)
    assert known(order) == ("refunded", 1_000)
    pay_back(connected, order, 2_500)
    fetched(connected, order, 3)
    assert known(order) == ("refunded", 3_500)
    assert orders_of(order.line.order.number)[0].cancelled_at is None


def test_messages_of_both_refunds_told_at_once_and_again_are_summed_once(
    connected: Any, order: WorkOrder
) -> None:
    pay_back(connected, order, 1_000)
    pay_back(connected, order, 2_500)
    tmc = connected.platforms.top.tmc
    group = connected.shop(TMALL).tmc_group
    told = [row for row in tmc.waiting[group] if "refund" in row["topic"]]
    assert len(told) == 4
    hear()
    assert known(order) == ("refunded", 3_500)
    seen = changes(order)
    # What was confirmed may come again, and as a message of its own.
    tmc.waiting[group] = [*told, *({**row, "id": row["id"] + 7} for row in told)]
    hear()
    assert (known(order), changes(order)) == (("refunded", 3_500), seen)
    assert HeardRefund.objects.count() == 2


def test_each_refund_after_the_work_is_clawed_back_and_a_repetition_posts_nothing(
    connected: Any, order: WorkOrder
) -> None:
    company_of(connected)
    complete(order, connected.world)
    work()
    paid_fen = settled(order).paid_fen
    me = installer_party(connected.world.installer)
    for fen, left_fen in ((1_000, paid_fen - 1_000), (2_500, paid_fen - 3_500)):
        pay_back(connected, order, fen)
        hear()
        assert settled(order).paid_fen == left_fen
        entries = JournalEntry.objects.count()
        fetched(connected, order, 2)
        assert JournalEntry.objects.count() == entries
    assert JournalEntry.objects.filter(kind="reversal").count() == 2
    pay_back(connected, order)
    hear(2)
    assert not Settlement.objects.filter(work_order=order, status="active").exists()
    assert JournalEntry.objects.filter(kind="reversal").count() == 3
    assert set(balances(me).values()) == {0}
    found = run_checks(only=["I1", "I2", "I5", "I6"])
    assert [words for one in found for words in one.violations] == []


def settled(order: WorkOrder) -> Settlement:
    return Settlement.objects.get(work_order=order, status="active")


def changes(order: WorkOrder) -> int:
    """How often the timeline says that money went back."""
    return TimelineEvent.objects.filter(work_order=order, code="shop_refunded").count()


def test_a_second_refund_that_is_only_asked_for_takes_nothing_of_the_first_away(
    connected: Any, order: WorkOrder
) -> None:
    pay_back(connected, order, 1_000)
    fetched(connected, order)
    theirs, line = placed(connected, order)
    world, shop = connected.platforms.world, connected.shop(TMALL)
    trade.ask_refund(world, shop, theirs, line, 500)
    fetched(connected, order)
    assert known(order) == ("refunded", 1_000)


def test_what_goes_back_in_parts_until_nothing_is_left_ends_the_work(
    connected: Any, order: WorkOrder
) -> None:
    pay_back(connected, order, 1_000)
    fetched(connected, order)
    pay_back(connected, order)
    fetched(connected, order, 2)
    gone = orders_of(order.line.order.number)[0]
    assert gone.cancelled_at is not None
    assert known(order) == ("refunded", gone.line.paid_fen)


@pytest.mark.parametrize("shop_id", [TMALL, YOUZAN])
def test_the_comparison_finds_a_second_refund_smaller_than_what_the_line_knows(
    connected: Any, order: WorkOrder, shop_id: str
) -> None:
    connection, (theirs, _line) = connected.connections[shop_id], placed(connected, order)
    pay_back(connected, order, 2_500)
    fetched(connected, order)
    # The window of a comparison no longer holds the first; nothing told of the second.
    (first,) = connected.shop(shop_id).refunds.values()
    first.modified_at -= timedelta(days=5)
    modified_at = theirs.modified_at
    pay_back(connected, order, 1_000)
    theirs.modified_at = modified_at
    assert compared(connection).updated == 1
    assert known(order) == ("refunded", 3_500)
    assert compared(connection).updated == 0
    assert shop_gap(connection, start=wall_now() - timedelta(days=1), end=wall_now()).is_closed


def compared(connection: Any) -> Any:
    run = pull(connection_id=connection.pk, kind=COMPARE)
    assert run is not None
    assert run.error == ""
    work()
    at_once()
    work()
    return run


def test_both_refunds_of_a_line_stand_in_the_simulated_bill(
    connected: Any, order: WorkOrder
) -> None:
    for fen in (1_000, 2_500):
        pay_back(connected, order, fen)
    shop = connected.shop(TMALL)
    booked = bookings(connected.platforms.world, shop, wall_now() - timedelta(days=1), wall_now())
    _theirs, line = placed(connected, order)
    mine = [one.amount_fen for one in booked if (one.line_id, one.kind) == (line.line_id, "refund")]
    assert mine == [-1_000, -2_500]


def test_an_earlier_refund_that_tmall_knows_no_longer_does_not_stop_its_order(
    connected: Any, order: WorkOrder
) -> None:
    pay_back(connected, order, 1_000)
    fetched(connected, order)
    first = HeardRefund.objects.get().refund_id
    pay_back(connected, order, 2_500)
    connected.shop(TMALL).refunds.pop(first)
    fetched(connected, order)
    assert known(order) == ("refunded", 3_500)
    gone = HeardRefund.objects.get(refund_id=first)
    assert (gone.is_gone, gone.state, gone.refund_fen) == (True, "refunded", 1_000)
    asked = len(calls_of_refunds(connected))
    fetched(connected, order)
    assert (known(order), len(calls_of_refunds(connected)) - asked) == (("refunded", 3_500), 1)
    hear_of(connected.connections[TMALL], [(order.line.order.number, first)])
    assert HeardRefund.objects.filter(is_gone=True).count() == 0


def test_a_refund_that_the_trade_names_and_tmall_refuses_fails_loudly(
    connected: Any, order: WorkOrder
) -> None:
    pay_back(connected, order, 1_000)
    fetched(connected, order)
    connected.shop(TMALL).refunds.clear()
    with pytest.raises(PlatformError) as failed:
        fetched(connected, order)
    assert failed.value.kind is Kind.REFUSED
    assert known(order) == ("refunded", 1_000)
    assert HeardRefund.objects.get().is_gone is False


def test_an_earlier_refund_that_is_asked_for_wrongly_is_not_taken_for_gone(
    connected: Any, order: WorkOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay_back(connected, order, 1_000)
    fetched(connected, order)
    _theirs, line = placed(connected, order)
    line.refund, line.refund_id = "none", ""  # the trade names none: only the earlier is asked for
    monkeypatch.setattr(api, "REFUND_FIELDS", "")
    with pytest.raises(PlatformError) as failed:
        fetched(connected, order)
    assert (failed.value.kind, failed.value.code) == (Kind.REFUSED, "40/isv.missing-parameter")
    assert (HeardRefund.objects.get().is_gone, known(order)) == (False, ("refunded", 1_000))


def test_a_refund_that_is_gone_and_whose_line_nobody_kept_stays_on_the_line_it_is_known_on(
    connected: Any, order: WorkOrder
) -> None:
    theirs, first = placed(connected, order)
    second = replace(first, line_id=f"{first.line_id}9")
    theirs.lines.append(second)
    refund_of_line(connected, theirs, second, 1_000)
    fetched(connected, order)
    lost = HeardRefund.objects.get()
    assert lost.line_ids == [second.line_id]
    HeardRefund.objects.update(line_ids=[])
    refund_of_line(connected, theirs, second, 2_500)
    connected.shop(TMALL).refunds.pop(lost.refund_id)
    fetched(connected, order, 2)
    lines = ShopOrderLine.objects.filter(order=order.line.order)
    told = dict.fromkeys((line.line_id for line in theirs.lines), 0) | {second.line_id: 3_500}
    assert dict(lines.values_list("line_id", "refunded_fen")) == told
    assert HeardRefund.objects.get(is_gone=True).refund_fen == 1_000


def calls_of_refunds(connected: Any) -> list[Any]:
    return [one for one in connected.platforms.world.calls if "refund.get" in str(one)]
