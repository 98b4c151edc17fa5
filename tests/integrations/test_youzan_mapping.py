from datetime import UTC, datetime

import pytest

from integrations.errors import MappingError
from integrations.youzan.mapping import needs_detail, read_order
from network.geo import Datum
from tests.integrations.golden import youzan_order
from workorders.intake_facts import Position, RefundState, Secrecy, ShopOrderStatus

OID = "2900000000000000001"


def order_with(**changes):
    """The recorded paid order with whole blocks or single fields of them changed."""
    order = youzan_order(0)
    for name, change in changes.items():
        order[name] = {**order[name], **change} if isinstance(change, dict) else change
    return order


def line_with(**changes):
    return {**youzan_order(0)["orders"][0], **changes}


def test_the_recorded_paid_order_becomes_facts():
    facts = read_order(youzan_order(0), shop_id="10001")
    assert (facts.platform, facts.shop_id, facts.order_number) == (
        "youzan",
        "10001",
        "E20260102090000000000002",
    )
    assert facts.status is ShopOrderStatus.PAID
    assert facts.paid_at == datetime(2026, 1, 2, 1, 0, 20, tzinfo=UTC)
    assert (facts.paid_fen, facts.post_fen) == (27_900, 0)
    assert (facts.receiver.province, facts.receiver.city, facts.receiver.district) == (
        "江苏省",
        "南京市",
        "鼓楼区",
    )
    assert facts.receiver.phone_secrecy is Secrecy.CIPHER
    assert facts.buyer_ref == "yzSample1"
    line = facts.lines[0]
    assert (line.line_id, line.quantity, line.paid_fen, line.title) == (
        OID,
        1,
        27_900,
        "充电桩安装",
    )
    assert line.refund_state is RefundState.NONE


def test_an_order_closed_before_payment_is_closed_without_lines():
    facts = read_order(youzan_order(1), shop_id="10001")
    assert (facts.status, facts.paid_at, facts.lines) == (ShopOrderStatus.CLOSED, None, ())


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("WAIT_BUYER_PAY", ShopOrderStatus.UNPAID),
        ("TRADE_PAID", ShopOrderStatus.UNPAID),
        ("WAIT_CONFIRM", ShopOrderStatus.UNPAID),
        ("WAIT_SELLER_SEND_GOODS", ShopOrderStatus.PAID),
        ("WAIT_BUYER_CONFIRM_GOODS", ShopOrderStatus.SHIPPED),
        ("TRADE_SUCCESS", ShopOrderStatus.FINISHED),
        ("TRADE_CLOSED", ShopOrderStatus.CLOSED),
    ],
)
def test_work_is_due_only_when_the_seller_has_to_act(status, expected):
    assert read_order(order_with(order_info={"status": status}), shop_id="1").status is expected


def test_a_presale_with_its_deposit_paid_waits_for_the_balance():
    phases = [
        {"phase": 1, "real_price": "30.00", "inner_transaction_no": "D1"},
        {"phase": 2, "real_price": "249.00", "inner_transaction_no": ""},
    ]
    facts = read_order(
        order_with(order_info={"status": "WAIT_BUYER_PAY"}, pay_info={"phase_payments": phases}),
        shop_id="1",
    )
    assert (facts.status, facts.deposit_fen) == (ShopOrderStatus.DEPOSIT_PAID, 3_000)


@pytest.mark.parametrize(
    ("extra", "position"),
    [
        ('{"lon":118.77,"lat":32.06}', Position(118.77, 32.06, Datum.BD09)),
        ('{"lon":"118.77","lat":"32.06"}', Position(118.77, 32.06, Datum.BD09)),
        ('{"lon":0,"lat":0}', None),
        ("{}", None),
        ("", None),
        ("not json", None),
        ('{"lon":"NaN","lat":"32"}', None),
        ("[" * 100_000, None),
        ('{"lon":null,"lat":1}', None),
    ],
)
def test_a_position_is_baidus_or_none_at_all(extra, position):
    facts = read_order(order_with(address_info={"address_extra": extra}), shop_id="1")
    assert facts.receiver.position == position


@pytest.mark.parametrize(
    ("item_type", "is_service"), [(40, True), ("40", True), (183, True), (0, False), (None, False)]
)
def test_ordinary_service_goods_and_vouchers_are_service_lines(item_type, is_service):
    facts = read_order(order_with(orders=[line_with(item_type=item_type)]), shop_id="1")
    assert facts.lines[0].is_service is is_service


def test_the_most_specific_seller_code_comes_first():
    facts = read_order(
        order_with(orders=[line_with(outer_item_id="P-AC", outer_sku_id="P-AC-15")]), shop_id="1"
    )
    assert facts.lines[0].product_codes == ("P-AC-15", "P-AC")


def test_a_number_id_beyond_doubles_keeps_every_digit():
    facts = read_order(order_with(orders=[line_with(oid=2_900_000_000_000_000_001)]), shop_id="1")
    assert facts.lines[0].line_id == OID


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"order_info": {"status": "NEW_STATUS"}}, "status"),
        ({"order_info": {"tid": ""}}, "tid"),
        ({"order_info": {"created": "2026-01-02"}}, "created"),
        ({"order_info": {"status": ["x"]}}, "status"),
        ({"pay_info": {"payment": 0.1 + 0.2}}, "payment"),
        ({"pay_info": {"payment": "-1.00"}}, "payment"),
        ({"orders": "none"}, "orders"),
        ({"orders": [line_with(oid=2.9e18)]}, "oid"),
        ({"orders": [line_with(num=-1)]}, "num"),
        ({"orders": [line_with(payment=None)]}, "orders.payment"),
        ({"orders": [line_with(), line_with()]}, "oid"),
        ({"orders": [line_with(item_type=["40"])]}, "item_type"),
        ({"address_info": []}, "address_info"),
    ],
)
def test_a_field_that_cannot_be_understood_is_named(changes, path):
    with pytest.raises(MappingError) as refused:
        read_order(order_with(**changes), shop_id="1")
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("payload", "refunds", "state", "refund_fen"),
    [
        ({"refund_order": [{"refund_id": "r", "refund_state": 1, "refund_fee": "79.00", "oids": [{"oid": OID}]}]}, [], "asked", 0),
        ({"refund_order": [{"refund_id": "r", "refund_state": 60, "refund_fee": "79.00", "oids": [int(OID)]}]}, [], "refunded", 7_900),
        ({"refund_order": [{"refund_id": "r", "refund_state": 10, "refund_fee": "79.00", "oids": [OID]}]}, [], "none", 0),
        ({}, [{"refund_id": "r", "status": "SUCCESS", "refund_fee": "279.00", "oid": int(OID)}], "refunded", 27_900),
        ({}, [{"refund_id": "r", "status": "SUCCESS", "refund_fee": "500.00"}], "refunded", 27_900),
        ({}, [{"refund_id": "r", "status": "SELLER_REFUSE_BUYER", "refund_fee": "1.00"}], "none", 0),
        ({"refund_order": [{"refund_id": "r", "refund_state": 1, "refund_fee": "9.00", "oids": [OID]}]},
         [{"refund_id": "r", "status": "SUCCESS", "refund_fee": "9.00"}], "refunded", 900),
    ],
)  # fmt: skip
def test_both_scales_of_refund_states_lead_to_one(payload, refunds, state, refund_fen):
    facts = read_order(
        {"full_order_info": youzan_order(0), **payload}, shop_id="1", refunds=refunds
    )
    assert (facts.lines[0].refund_state, facts.lines[0].refund_fen) == (
        RefundState(state),
        refund_fen,
    )
    assert facts.lines[0].paid_fen == 27_900


def test_a_fully_refunded_list_row_needs_no_detail_to_be_understood():
    facts = read_order(order_with(order_info={"refund_state": 12}), shop_id="1")
    assert (facts.lines[0].refund_state, facts.lines[0].refund_fen) == (
        RefundState.REFUNDED,
        27_900,
    )


@pytest.mark.parametrize(
    ("state", "expected"), [(0, False), (1, True), (2, True), (11, True), (12, False)]
)
def test_a_partly_refunded_list_row_needs_its_detail(state, expected):
    assert (
        needs_detail({"full_order_info": order_with(order_info={"refund_state": state})})
        is expected
    )
