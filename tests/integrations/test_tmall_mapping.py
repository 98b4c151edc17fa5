import pytest

from integrations.errors import MappingError
from integrations.tmall.mapping import read_trade
from tests.integrations.golden import tmall_trade
from workorders.intake_facts import RefundState, Secrecy, ShopOrderStatus

TID, GOODS, SERVICE = "4000000000000000001", "4000000000000000002", "4000000000000000003"


def trade_with(**changes):
    return {**tmall_trade(), **changes}


def goods_with(**changes):
    trade = tmall_trade()
    trade["orders"]["order"][0].update(changes)
    return trade


def lines_of(trade, refunds=()):
    return {line.line_id: line for line in read_trade(trade, shop_id="s", refunds=refunds).lines}


def test_the_recorded_trade_becomes_facts_with_its_service_line():
    facts = read_trade(tmall_trade(), shop_id="20010001")
    assert (facts.order_number, facts.status) == (TID, ShopOrderStatus.SHIPPED)
    assert (facts.paid_fen, facts.seller_memo) == (128_800, "送装一体")
    assert (facts.receiver.city, facts.receiver.town) == ("杭州市", "蒋村街道")
    assert facts.receiver.cipher_key == "OAID-EXAMPLE-NOT-REAL=="
    assert facts.receiver.name_secrecy is Secrecy.MASKED
    goods, service = facts.lines
    assert (goods.line_id, goods.paid_fen, goods.is_service, goods.outer_item_id) == (
        GOODS,
        108_800,
        False,
        "YSG-80",
    )
    assert (service.line_id, service.paid_fen, service.is_service) == (SERVICE, 20_000, True)
    assert (service.serves_line_id, service.outer_item_id) == (GOODS, "INST-YSG")
    assert goods.paid_fen + service.paid_fen == facts.paid_fen


@pytest.mark.parametrize("big", [int(TID), TID])
def test_a_trade_number_keeps_every_digit_as_number_and_as_text(big):
    trade = trade_with(tid=big)
    del trade["tid_str"]
    assert read_trade(trade, shop_id="s").order_number == TID


def test_lists_may_come_without_their_element_names():
    trade = tmall_trade()
    flat = {
        **trade,
        "orders": trade["orders"]["order"],
        "service_orders": trade["service_orders"]["service_order"],
    }
    assert read_trade(flat, shop_id="s") == read_trade(trade, shop_id="s")


@pytest.mark.parametrize(
    ("status", "step", "expected"),
    [
        ("WAIT_BUYER_PAY", "", ShopOrderStatus.UNPAID),
        ("WAIT_BUYER_PAY", "FRONT_NOPAID_FINAL_NOPAID", ShopOrderStatus.UNPAID),
        ("WAIT_BUYER_PAY", "FRONT_PAID_FINAL_NOPAID", ShopOrderStatus.DEPOSIT_PAID),
        ("WAIT_SELLER_SEND_GOODS", "FRONT_PAID_FINAL_PAID", ShopOrderStatus.PAID),
        ("SELLER_CONSIGNED_PART", "", ShopOrderStatus.SHIPPED),
        ("TRADE_FINISHED", "", ShopOrderStatus.FINISHED),
        ("TRADE_CLOSED", "", ShopOrderStatus.CLOSED),
        ("TRADE_CLOSED", "FRONT_PAID_FINAL_NOPAID", ShopOrderStatus.CLOSED),
        ("TRADE_CLOSED_BY_TAOBAO", "", ShopOrderStatus.CLOSED),
    ],
)
def test_a_presale_counts_as_paid_only_with_its_balance(status, step, expected):
    facts = read_trade(
        trade_with(status=status, step_trade_status=step, step_paid_fee="10.00"), shop_id="s"
    )
    assert facts.status is expected


def test_a_county_governed_by_its_province_keeps_the_city_empty():
    trade = trade_with(receiver_state="河南省", receiver_city="", receiver_district="济源市")
    receiver = read_trade(trade, shop_id="s").receiver
    assert (receiver.province, receiver.city, receiver.district) == ("河南省", "", "济源市")


@pytest.mark.parametrize(
    ("changes", "is_service"),
    [
        ({}, False),
        ({"is_service_order": True}, True),
        ({"service_order_type": "3"}, True),
        ({"service_order_type": ""}, False),
    ],
)
def test_goods_that_are_a_service_themselves_are_service_lines(changes, is_service):
    assert lines_of(goods_with(**changes))[GOODS].is_service is is_service


@pytest.mark.parametrize(
    ("refund", "goods", "service"),
    [
        (
            {"oid": int(SERVICE), "status": "WAIT_SELLER_AGREE", "refund_fee": "200.00"},
            ("none", 0),
            ("asked", 0),
        ),
        (
            {"oid": SERVICE, "status": "SUCCESS", "refund_fee": "150.00"},
            ("none", 0),
            ("refunded", 15_000),
        ),
        (
            {"oid": int(SERVICE), "status": "CLOSED", "refund_fee": "200.00"},
            ("none", 0),
            ("none", 0),
        ),
        (
            {"oid": int(TID), "status": "SUCCESS", "refund_fee": "1288.00"},
            ("refunded", 108_800),
            ("refunded", 20_000),
        ),
    ],
)
def test_a_refund_reaches_its_line_or_the_whole_trade(refund, goods, service):
    lines = lines_of(tmall_trade(), [{"refund_id": "1", **refund}])
    for line_id, (state, refund_fen) in ((GOODS, goods), (SERVICE, service)):
        assert (lines[line_id].refund_state, lines[line_id].refund_fen) == (
            RefundState(state),
            refund_fen,
        )


def test_a_line_says_itself_that_a_refund_runs_before_the_refund_list_has_it():
    assert (
        lines_of(goods_with(refund_status="WAIT_SELLER_AGREE"))[GOODS].refund_state
        is RefundState.ASKED
    )


@pytest.mark.parametrize(
    ("trade", "path"),
    [
        (trade_with(status="SOMETHING_NEW"), "status"),
        (trade_with(payment=1288.0), "payment"),
        (trade_with(payment=None), "payment"),
        (trade_with(tid=4e18, tid_str=""), "tid"),
        (goods_with(divide_order_fee="1.001"), "divide_order_fee"),
        (goods_with(num="many"), "num"),
        (goods_with(refund_status="NEW"), "refund_status"),
        (goods_with(oid_str=SERVICE), "oid"),
        (trade_with(orders={"order": "x"}), "orders"),
    ],
)
def test_a_field_that_cannot_be_understood_is_named(trade, path):
    with pytest.raises(MappingError) as refused:
        read_trade(trade, shop_id="s")
    assert refused.value.path == path
