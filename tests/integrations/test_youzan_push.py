import json
from urllib.parse import quote, quote_plus

import pytest

from integrations.errors import BadBodyError, ForgedMessageError, MappingError
from integrations.youzan.signing import event_sign, parse_push, verify_push
from tests.integrations.golden import payload

SAMPLE = payload("S6-youzan-push.json")


def verify(body: bytes, **changes: str) -> None:
    wanted = {
        "client_id": SAMPLE["client_id"],
        "client_secret": SAMPLE["client_secret"],
        "sent_client_id": SAMPLE["headers"]["Client-Id"],
        "sent_sign": SAMPLE["headers"]["Event-Sign"],
    }
    verify_push(body=body, **{**wanted, **changes})


def push(**changes: object) -> bytes:
    body = {
        "kdt_id": 10001,
        "id": "E1",
        "type": "trade_TradeBuyerPay",
        "msg_id": "m",
        "version": 7,
        "msg": "",
    }
    return json.dumps({**body, **changes}).encode()


def test_the_recorded_push_is_genuine_and_read():
    raw = SAMPLE["raw_body"].encode()
    verify(raw)
    read = parse_push(raw)
    assert (read.event_type, read.order_number) == ("trade_TradeClose", "E20260102090000000000001")
    assert (read.shop_id, read.version, read.is_test) == ("10001", 1_767_319_200, False)
    assert read.message["close_reason"] == "超时未付"


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (SAMPLE["raw_body"].encode() + b" ", {}),
        (SAMPLE["raw_body"].encode(), {"sent_sign": "0" * 32}),
        (SAMPLE["raw_body"].encode(), {"sent_sign": ""}),
        (SAMPLE["raw_body"].encode(), {"sent_sign": "签名"}),
        (SAMPLE["raw_body"].encode(), {"sent_client_id": "stranger"}),
        (SAMPLE["raw_body"].encode(), {"client_secret": "another"}),
    ],
)
def test_a_push_with_one_thing_changed_is_forged(body, changes):
    with pytest.raises(ForgedMessageError):
        verify(body, **changes)


def test_the_signature_is_over_the_exact_bytes_however_oddly_spaced():
    spaced = b'{ "a" :\n1 }\n'
    sign = event_sign(SAMPLE["client_id"], spaced, SAMPLE["client_secret"])
    verify(spaced, sent_sign=sign)


@pytest.mark.parametrize("encode", [quote, quote_plus])
def test_the_message_text_is_read_whichever_way_its_spaces_were_written(encode):
    message = {"tid": "E9", "update_time": "2026-01-02 10:00:00"}
    read = parse_push(push(msg=encode(json.dumps(message))))
    assert read.order_number == "E9"


def test_a_plus_inside_a_strictly_encoded_message_survives():
    read = parse_push(push(msg=quote('{"tid":"E9","note":"1+1 & 100%"}')))
    assert read.message["note"] == "1+1 & 100%"


@pytest.mark.parametrize(
    ("changes", "order_number"),
    [
        ({}, "E1"),
        (
            {
                "type": "youzan_trade_RefundSuccess",
                "id": "R1",
                "msg": {"tid": "E5", "refund_id": "R1"},
            },
            "E5",
        ),
        ({"type": "youzan_trade_RefundSuccess", "id": "R1", "msg": {}}, ""),
        ({"type": "youzan_trade_MessagesTheChangeAddressesByBuyer"}, "E1"),
        ({"type": "ITEM_STATE", "id": "77"}, ""),
    ],
)
def test_only_what_names_an_order_gives_an_order_number(changes, order_number):
    assert parse_push(push(**changes)).order_number == order_number


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (push(msg="%7Bbroken"), BadBodyError),
        (push(msg="%FF%FE"), BadBodyError),
        (push(msg=quote('{"a":1,"a":2}')), BadBodyError),
        (push(msg_id=""), MappingError),
        (push(kdt_id=None), MappingError),
        (push(version="soon"), MappingError),
        (push(version=1.5), MappingError),
        (push(id=1.5), MappingError),
    ],
)
def test_a_genuine_push_that_makes_no_sense_is_refused_by_name(body, error):
    with pytest.raises(error):
        parse_push(body)


def test_u0000_inside_a_push_is_removed_and_reported():
    read = parse_push(push(status="PAID\x00"))
    assert (read.status, read.was_cleaned) == ("PAID", True)
