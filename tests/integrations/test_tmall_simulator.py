from datetime import timedelta

import pytest

from integrations.errors import Kind, PlatformError
from integrations.simulators import trade
from integrations.simulators.top_render import oaid_of
from integrations.tmall.mapping import read_trade
from integrations.tmall.messages import TRADE_TOPICS, confirm, consume, permit
from integrations.tmall.signing import SignMethod
from tests.integrations.conftest import TMALL
from workorders.intake_facts import RefundState, ShopOrderStatus

OTHER_TMALL, GROUP = "20020002", "chengyu"
MINUTES_5 = timedelta(minutes=5)
INCREMENT = "taobao.trades.sold.increment.get"


def window(start="2026-03-02 11:00:00", end="2026-03-02 12:00:00", **more):
    return {"start_modified": start, "end_modified": end, "fields": "tid,modified", **more}


def test_an_order_bought_is_mapped_with_its_service_line(stage):
    order = stage.buy(TMALL)
    facts = read_trade(stage.tmall().order(order.number), shop_id=TMALL)
    goods, service = facts.lines
    assert int(facts.order_number) > 2**53
    assert (facts.order_number, facts.status) == (order.number, ShopOrderStatus.PAID)
    assert (service.is_service, service.serves_line_id) == (True, goods.line_id)
    assert facts.receiver.cipher_key == oaid_of(order)
    assert goods.paid_fen + service.paid_fen == facts.paid_fen


def test_a_presale_becomes_paid_with_its_balance(stage):
    order = stage.buy(TMALL, paid=False, presale=True)
    world, shop = stage.platforms.world, stage.shop(TMALL)
    seen = []
    for step in (trade.pay_deposit, trade.pay):
        seen.append(read_trade(stage.tmall().order(order.number), shop_id=TMALL).status)
        step(world, shop, order)
    seen.append(read_trade(stage.tmall().order(order.number), shop_id=TMALL).status)
    assert seen == [ShopOrderStatus.UNPAID, ShopOrderStatus.DEPOSIT_PAID, ShopOrderStatus.PAID]


@pytest.mark.parametrize("method", list(SignMethod))
def test_all_three_signatures_are_accepted(stage, method):
    assert stage.gateway(sign_method=method).call(INCREMENT, window())["total_results"] == 0


@pytest.mark.parametrize(
    ("changes", "code", "kind"),
    [
        ({"app_secret": "wrong"}, "25", Kind.AUTH),
        ({"app_key": "99"}, "29", Kind.AUTH),
        ({"session": ""}, "26", Kind.AUTH),
        ({"session": "another"}, "27/invalid-sessionkey", Kind.AUTH),
    ],
)
def test_a_call_in_a_wrong_name_is_refused(stage, changes, code, kind):
    with pytest.raises(PlatformError) as refused:
        stage.gateway(**changes).call(INCREMENT, window())
    assert (refused.value.code, refused.value.kind) == (code, kind)


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(-600, True), (600, True), (-601, False), (601, False)]
)
def test_a_timestamp_may_be_ten_minutes_off(stage, seconds, accepted):
    gateway = stage.gateway(now=lambda: stage.now() + timedelta(seconds=seconds))
    if accepted:
        gateway.call(INCREMENT, window())
    else:
        with pytest.raises(PlatformError, match="31"):
            gateway.call(INCREMENT, window())


@pytest.mark.parametrize(
    ("method", "parameters", "code"),
    [
        ("taobao.no.such", {}, "22"),
        (INCREMENT, window(start="2026-03-01 11:59:59"), "41/isv.invalid-parameter"),
        (INCREMENT, window(start="2026-03-02"), "41/isv.invalid-parameter"),
        (INCREMENT, window(page_size="101"), "41/isv.invalid-parameter"),
        (INCREMENT, window(page_no="0"), "41/isv.invalid-parameter"),
        (
            INCREMENT,
            window(start="2025-11-29 11:00:00", end="2025-11-29 12:00:00"),
            "41/isv.invalid-parameter",
        ),
        (INCREMENT, window(fields=""), "40/isv.missing-parameter"),
        ("taobao.trade.fullinfo.get", {"tid": "1", "fields": "tid"}, "15/isv.trade-not-exist"),
        (
            "taobao.tmc.messages.consume",
            {"group_name": GROUP, "quantity": "9"},
            "41/isv.invalid-parameter",
        ),
    ],
)
def test_wrong_parameters_are_refused_as_by_the_real_gateway(stage, method, parameters, code):
    with pytest.raises(PlatformError) as refused:
        stage.gateway().call(method, parameters)
    assert (refused.value.code, refused.value.kind) == (code, Kind.REFUSED)


def test_only_the_asked_fields_come_back_and_the_handle_only_on_request(stage):
    order = stage.buy(TMALL)
    gateway = stage.gateway()
    asked = {"tid": order.number, "fields": "tid,oaid"}
    assert gateway.call("taobao.trade.fullinfo.get", asked)["trade"] == {"tid": int(order.number)}
    with_handle = gateway.call("taobao.trade.fullinfo.get", {**asked, "include_oaid": "true"})
    assert with_handle["trade"]["oaid"] == oaid_of(order)


def test_lists_are_wrapped_or_flat_and_counted_or_continued(stage):
    order = stage.buy(TMALL)
    stage.later(60)
    gateway = stage.gateway()
    wide = window(end="2026-03-02 12:05:00")
    wrapped = gateway.call(INCREMENT, wide)
    assert wrapped["trades"]["trade"][0]["tid"] == int(order.number)
    flat = gateway.call(INCREMENT, {**wide, "simplify": "true", "use_has_next": "true"})
    assert flat["trades"][0]["tid"] == int(order.number)
    assert (flat["has_next"], "total_results" in flat) == (False, False)


def test_walking_backwards_loses_no_trade_although_some_change_meanwhile(stage):
    bought = {int(stage.buy(TMALL).number) for _ in range(170)}
    stage.later(60)
    stage.fault("shift", TMALL, times=3)
    first = [row["tid"] for row in stage.tmall().orders_modified(*stage.last_hour())]
    assert len(first) == len(set(first))
    moved = bought - set(first)
    assert len(moved) <= 3
    stage.later(300)
    # What changed while we read has left the first window and stands in the next one.
    second = {
        row["tid"] for row in stage.tmall().orders_modified(stage.now() - MINUTES_5, stage.now())
    }
    assert moved <= second


def test_lists_are_half_a_minute_late(stage):
    stage.buy(TMALL)
    assert list(stage.tmall().orders_modified(*stage.last_hour())) == []
    stage.later(30)
    assert len(list(stage.tmall().orders_modified(*stage.last_hour()))) == 1


@pytest.mark.parametrize(("seconds", "waits"), [(5, [5]), (3600, [])])
def test_a_short_ban_is_waited_out_and_a_long_one_is_told(stage, seconds, waits):
    order = stage.buy(TMALL)
    stage.fault("ban", TMALL)
    stage.platforms.world.faults.pending()[0].seconds = seconds
    if waits:
        assert stage.tmall().order(order.number)
    else:
        with pytest.raises(PlatformError) as banned:
            stage.tmall().order(order.number)
        assert (banned.value.kind, banned.value.retry_after_s) == (Kind.LIMIT, seconds)
    assert stage.waits == waits


def test_a_service_that_is_away_is_asked_again(stage):
    order = stage.buy(TMALL)
    stage.fault("isp", TMALL, times=2)
    assert stage.tmall().order(order.number)["tid"] == int(order.number)


def test_an_addressee_is_opened_and_a_stale_handle_says_so(stage):
    order = stage.buy(TMALL)
    old = oaid_of(order)
    opened = stage.tmall().decrypt([(order.number, old)])[0]
    assert (opened.name, opened.is_virtual_number, opened.is_stale) == (
        order.address.name,
        True,
        False,
    )
    elsewhere = stage.shop(TMALL).addresses[9]
    trade.change_address(stage.platforms.world, stage.shop(TMALL), order, elsewhere)
    assert stage.tmall().decrypt([(order.number, old)])[0].is_stale


def test_more_than_twenty_addressees_are_opened_in_batches(stage):
    orders = [stage.buy(TMALL) for _ in range(25)]
    opened = stage.tmall().decrypt([(order.number, oaid_of(order)) for order in orders])
    assert [one.name for one in opened] == [order.address.name for order in orders]
    sent = [call for call in stage.calls if call.operation == "taobao.top.oaid.decrypt"]
    assert len(sent) == 2


def test_a_message_comes_again_until_it_is_confirmed(stage):
    order = stage.buy(TMALL)
    gateway = stage.gateway()
    first = consume(gateway, group=GROUP)
    assert [one.topic for one in first] == [
        "taobao_trade_TradeCreate",
        "taobao_trade_TradeBuyerPay",
    ]
    assert {one.order_number for one in first} == {order.number}
    assert consume(gateway, group=GROUP) == first
    confirm(gateway, group=GROUP, message_ids=[first[0].message_id])
    assert consume(gateway, group=GROUP) == first[1:]


def test_topics_are_replaced_not_added(stage):
    gateway = stage.gateway()
    permit(gateway, topics=["taobao_trade_TradeClose"])
    stage.buy(TMALL)
    assert consume(gateway, group=GROUP) == []
    permit(gateway, topics=TRADE_TOPICS)
    stage.buy(TMALL)
    assert len(consume(gateway, group=GROUP)) == 2


def test_a_group_of_another_application_is_closed(stage):
    with pytest.raises(PlatformError, match=r"isv\.group-not-exist"):
        consume(stage.gateway(OTHER_TMALL), group=GROUP)


def test_a_refund_is_listed_and_reaches_its_line(stage):
    order = stage.buy(TMALL)
    world, shop = stage.platforms.world, stage.shop(TMALL)
    trade.refund_order(world, shop, order)
    refunds = list(stage.tmall().refunds_modified(*stage.last_hour()))
    assert stage.tmall().refund(str(refunds[0]["refund_id"]))["status"] == "SUCCESS"
    facts = read_trade(stage.tmall().order(order.number), shop_id=TMALL, refunds=refunds)
    assert facts.status is ShopOrderStatus.CLOSED
    assert {line.refund_state for line in facts.lines} == {RefundState.REFUNDED}
    assert [line.refund_fen for line in facts.lines] == [line.paid_fen for line in facts.lines]
