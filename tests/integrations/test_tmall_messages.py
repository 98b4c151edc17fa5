import pytest

from integrations.errors import MappingError
from integrations.tmall.messages import read_message
from integrations.tmall.signing import SignMethod, top_sign
from tests.integrations.golden import payload

SIGNED = payload("S2-top-sign.json")
MESSAGES = payload("S5-tmc-consume.json")["tmc_messages_consume_response"]["messages"][
    "tmc_message"
]


@pytest.mark.parametrize(
    ("method", "sign"),
    [
        (SignMethod.MD5, SIGNED["sign"]),
        # The two keyed values were computed apart from this code, with openssl dgst -hmac.
        (SignMethod.HMAC_MD5, "8C7D6AA56914295B9812008EBABC690A"),
        (
            SignMethod.HMAC_SHA256,
            "32F85B1BAE5211C5C00BE104C4C1210727E7524ABD5D29A9C7FC518EF1A85F7E",
        ),
    ],
)
def test_the_recorded_request_is_signed_as_recorded(method, sign):
    assert top_sign(SIGNED["params"], SIGNED["secret"], method) == sign


def test_the_signature_leaves_itself_out_and_orders_names_by_bytes():
    params = {"b": "2", "B": "1", "a": "中文 & +%"}
    with_sign = {**params, "sign": "old"}
    assert top_sign(with_sign, "s", SignMethod.MD5) == top_sign(
        dict(reversed(params.items())), "s", SignMethod.MD5
    )


def test_a_recorded_trade_message_names_its_trade():
    message = read_message(MESSAGES[0])
    assert (message.message_id, message.topic) == (
        "9100000000000000001",
        "taobao_trade_TradeBuyerPay",
    )
    assert message.order_number == "4000000000000000001"


def test_a_recorded_consultation_is_about_no_trade():
    message = read_message(MESSAGES[1])
    assert (message.order_number, message.content["work_card_id"]) == ("", "275463454")


@pytest.mark.parametrize("content", ["", "not json", "[1]", '{"a":1,"a":2}'])
def test_an_unreadable_content_is_kept_as_it_came(content):
    message = read_message({**MESSAGES[0], "content": content})
    assert (message.is_readable, message.raw_content, message.order_number) == (False, content, "")


@pytest.mark.parametrize(
    "changes", [{"id": None}, {"id": 9.1e18}, {"pub_time": "soon"}, {"content": 5}]
)
def test_a_message_without_a_sound_envelope_is_refused(changes):
    with pytest.raises(MappingError):
        read_message({**MESSAGES[0], **changes})
