"""WeCom's callback: its check of our address, pressed buttons, and what is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from common.clock import wall_now
from integrations.models import Connection, InboundEvent
from integrations.simulators.world import Corp
from integrations.wecom.crypto import CallbackCrypto
from tests.integrations.connected import CORP

EVENT = (
    "<xml><ToUserName>{corp}</ToUserName><FromUserName>li</FromUserName>"
    "<CreateTime>1700000000</CreateTime><MsgType>event</MsgType>"
    "<Event>template_card_event</Event><EventKey>accept</EventKey><TaskId>T1</TaskId></xml>"
)


def crypto(corp: Corp, receive_id: str = "") -> CallbackCrypto:
    return CallbackCrypto(
        token=corp.callback_token,
        encoding_aes_key=corp.encoding_aes_key,
        receive_id=receive_id or corp.corp_id,
    )


def asked(connected: Any, sealed: str, *, age_s: int = 0, sign: str = "", **more: str) -> str:
    corp = connected.platforms.world.corps[CORP]
    stamp = str(int(wall_now().timestamp()) - age_s)
    signature = sign or crypto(corp).sign(stamp, "77", sealed)
    query = {"msg_signature": signature, "timestamp": stamp, "nonce": "77", **more}
    return f"/hooks/wecom/{connected.connections[CORP].public_id}?{urlencode(query)}"


def posted(connected: Any, inner: str, *, receive_id: str = "", **changes: Any) -> Any:
    corp = connected.platforms.world.corps[CORP]
    sealed = crypto(corp, receive_id).encrypt(inner.encode())
    body = changes.pop("body", f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode())
    address = asked(connected, sealed, **changes)
    return connected.client.post(address, data=body, content_type="text/xml")


def test_the_check_of_the_address_is_answered_with_the_bare_text(connected):
    connected.connect(CORP)
    corp = connected.platforms.world.corps[CORP]
    echo = crypto(corp).encrypt(b"+echo/1000")
    answer = connected.client.get(asked(connected, echo, echostr=echo))
    assert (answer.status_code, answer.content) == (200, b"+echo/1000")


def test_a_check_for_another_corp_is_refused(connected):
    connected.connect(CORP)
    corp = connected.platforms.world.corps[CORP]
    echo = crypto(corp, "wwstranger").encrypt(b"echo")
    assert connected.client.get(asked(connected, echo, echostr=echo)).status_code == 403


def test_a_pressed_button_is_kept_once_however_often_it_comes(connected):
    connected.connect(CORP)
    for _ in range(4):
        answer = posted(connected, EVENT.format(corp=CORP))
        assert (answer.status_code, answer.content) == (200, b"")
    event = InboundEvent.objects.get()
    assert (event.topic, event.state, event.flags) == (
        "template_card_event",
        "ignored",
        "li:accept",
    )


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"receive_id": "wwstranger"}, 403),
        ({"sign": "0" * 40}, 401),
        ({"age_s": 600}, 401),
        ({"body": b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'}, 400),
        ({"body": b"<xml><Encrypt>"}, 400),
        ({"body": b"<xml></xml>"}, 401),
        ({"body": b""}, 400),
        ({"body": b"x" * 300_000}, 413),
    ],
)
def test_what_wecom_did_not_send_is_refused_and_nothing_is_kept(connected, changes, status):
    connected.connect(CORP)
    assert posted(connected, EVENT.format(corp=CORP), **changes).status_code == status
    assert InboundEvent.objects.count() == 0
    counted = Connection.objects.get().refused_pushes
    assert counted == (1 if status in (401, 403) else 0)


def test_a_callback_without_key_signs_nothing(connected):
    connected.connect(CORP)
    Connection.objects.update(extra_sealed="")
    assert posted(connected, EVENT.format(corp=CORP)).status_code == 401
