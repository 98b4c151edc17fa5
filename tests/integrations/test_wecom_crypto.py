import pytest

from integrations.errors import BadBodyError, ForgedMessageError, MappingError
from integrations.wecom.crypto import CallbackCrypto
from integrations.wecom.events import read_event
from tests.integrations.golden import payload

SAMPLE = payload("S1-wecom-callback.json")
POST, GET = SAMPLE["post"], SAMPLE["get"]


def crypto(**changes: str) -> CallbackCrypto:
    wanted = {
        "token": SAMPLE["token"],
        "encoding_aes_key": SAMPLE["encoding_aes_key"],
        "receive_id": SAMPLE["receive_id"],
    }
    return CallbackCrypto(**{**wanted, **changes})


def open_post(opener: CallbackCrypto, body: str = POST["body"], **query: str) -> bytes:
    asked = {**POST["query"], **query}
    return opener.open_message(
        signature=asked["msg_signature"],
        timestamp=asked["timestamp"],
        nonce=asked["nonce"],
        body=body.encode(),
    )


def test_the_recorded_address_check_is_answered_with_the_bare_text():
    query = GET["query"]
    answer = crypto().verify_url(
        signature=query["msg_signature"],
        timestamp=query["timestamp"],
        nonce=query["nonce"],
        echo=query["echostr"],
    )
    assert answer == GET["expected_body"]


def test_the_recorded_event_is_opened_and_read():
    inner = open_post(crypto())
    assert inner.decode() == POST["plaintext"]
    event = read_event(inner)
    assert (event.from_user, event.event, event.agent_id) == ("wangwu", "enter_agent", "1000003")
    assert event.dedup_key == "wangwu:1767225600:enter_agent::"


@pytest.mark.parametrize(
    ("opener", "query", "reason"),
    [
        (crypto(), {"msg_signature": "0" * 40}, "signature"),
        (crypto(), {"msg_signature": "签"}, "signature"),
        (crypto(), {"nonce": "1"}, "signature"),
        (crypto(token="another"), {}, "signature"),
        (crypto(receive_id="wwsomebodyelse"), {}, "receive_id"),
        (crypto(encoding_aes_key="Z" + SAMPLE["encoding_aes_key"][1:]), {}, None),
    ],
)
def test_a_message_from_a_stranger_or_for_another_corp_is_forged(opener, query, reason):
    with pytest.raises(ForgedMessageError) as forged:
        open_post(opener, **query)
    assert reason in (None, forged.value.reason)


@pytest.mark.parametrize("length", [*range(70), 5000])
def test_every_length_survives_the_32_byte_padding(length):
    sealed = crypto().encrypt(b"x" * length)
    signature = crypto().sign("1", "2", sealed)
    opened = crypto().verify_url(signature=signature, timestamp="1", nonce="2", echo=sealed)
    assert opened == "x" * length


@pytest.mark.parametrize("sealed", ["", "AAAA", "!!!", "A" * 44, "QUJD" * 16])
def test_a_signed_ciphertext_that_is_none_is_forged(sealed):
    signature = crypto().sign("1", "2", sealed)
    with pytest.raises(ForgedMessageError):
        crypto().verify_url(signature=signature, timestamp="1", nonce="2", echo=sealed)


def test_a_reply_can_be_opened_by_the_same_application():
    reply = crypto().close_reply("<xml><A>好</A></xml>", timestamp="1", nonce="2")
    sealed = reply.split("<Encrypt><![CDATA[")[1].split("]]")[0]
    signature = reply.split("<MsgSignature><![CDATA[")[1].split("]]")[0]
    opened = crypto().open_message(
        signature=signature, timestamp="1", nonce="2", body=reply.encode()
    )
    assert opened.decode() == "<xml><A>好</A></xml>"
    assert signature == crypto().sign("1", "2", sealed)


def test_an_envelope_with_a_document_type_is_refused():
    with pytest.raises(BadBodyError):
        open_post(crypto(), body='<!DOCTYPE x [<!ENTITY e "e">]>' + POST["body"])


@pytest.mark.parametrize("key", ["", "short", "*" * 43, "a" * 44])
def test_an_encoding_key_that_is_none_is_refused_when_it_is_set(key):
    with pytest.raises(ValueError, match="EncodingAESKey"):
        crypto(encoding_aes_key=key)


@pytest.mark.parametrize("created", ["", "yesterday", "99999999999999"])
def test_an_event_without_a_moment_is_refused(created):
    with pytest.raises(MappingError):
        read_event(f"<xml><CreateTime>{created}</CreateTime></xml>".encode())
