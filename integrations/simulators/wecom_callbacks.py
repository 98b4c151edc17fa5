"""Callbacks of the simulated WeCom: the address check, pressed buttons, repetitions."""

from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import httpx

from integrations.errors import BadBodyError, ForgedMessageError
from integrations.simulators.outgoing import reach
from integrations.simulators.world import Corp, SentMessage, World
from integrations.strict_xml import child_text, load_xml
from integrations.wecom.crypto import CallbackCrypto

ATTEMPTS = 4  # the first one and three repetitions when it was not answered within five seconds
TIMEOUT_S = 5.0
CHECK_TIMEOUT_S = 1.0


@dataclass(slots=True)
class WecomCallbacks:
    """Posts encrypted events to a corp's address."""

    world: World

    def check_address(self, corp: Corp, *, receive_id: str = "") -> str:
        """Ask the address for the secret echo; "ok", or what was wrong."""
        crypto = _crypto(corp, receive_id)
        echo = crypto.encrypt(b"+echo/1000200030004000")
        query = self._query(crypto, echo) | {"echostr": echo}
        try:
            url = f"{corp.callback_url}?{urlencode(query)}"
            answer = reach("GET", url, timeout_s=CHECK_TIMEOUT_S)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
        if answer.text != "+echo/1000200030004000":
            return f"HTTP {answer.status_code}, not the bare text"
        return "ok"

    def press(self, corp: Corp, message: SentMessage, key: str, *, times: int = 1) -> list[str]:
        """A member presses a button of a card; one outcome per time it was pressed."""
        card = message.content
        # A button with an address opens it and tells nobody.
        if key not in {button.get("key") for button in card.get("button_list", [])} - {None}:
            raise ValueError(f"the card has no button {key}")
        message.pressed = key
        inner = _event_xml(
            {
                "ToUserName": corp.corp_id,
                "FromUserName": message.to_user,
                "CreateTime": str(int(self.world.clock.now().timestamp())),
                "MsgType": "event",
                "Event": "template_card_event",
                "EventKey": key,
                "TaskId": str(card.get("task_id", "")),
                "CardType": str(card.get("card_type", "")),
                "ResponseCode": message.response_code,
                "AgentID": str(corp.agent_id),
            }
        )
        return [self.post(corp, inner, message=message) for _ in range(times)]

    def post(
        self,
        corp: Corp,
        inner_xml: str,
        *,
        receive_id: str = "",
        message: SentMessage | None = None,
    ) -> str:
        """Deliver one event, repeating as the real one does; "ok" or the last trouble.

        A sealed answer changes the button of the message that was pressed.
        """
        crypto = _crypto(corp, receive_id)
        sealed = crypto.encrypt(inner_xml.encode())
        url = f"{corp.callback_url}?{urlencode(self._query(crypto, sealed))}"
        body = (
            f"<xml><ToUserName><![CDATA[{corp.corp_id}]]></ToUserName>"
            f"<Encrypt><![CDATA[{sealed}]]></Encrypt>"
            f"<AgentID><![CDATA[{corp.agent_id}]]></AgentID></xml>"
        )
        headers = {"Content-Type": "text/xml"}
        outcome = "no address"
        for _ in range(ATTEMPTS if corp.callback_url else 0):
            try:
                answer = reach(
                    "POST", url, body=body.encode(), headers=headers, timeout_s=TIMEOUT_S
                )
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                outcome = type(error).__name__
                continue
            if answer.status_code == 200:
                return self._answered(crypto, answer.content, message)
            outcome = f"HTTP {answer.status_code}"
        return outcome

    def _answered(self, crypto: CallbackCrypto, body: bytes, message: SentMessage | None) -> str:
        if not body:
            return "ok"
        try:
            root = load_xml(body)
            inner = load_xml(
                crypto.open_message(
                    signature=child_text(root, "MsgSignature"),
                    timestamp=child_text(root, "TimeStamp"),
                    nonce=child_text(root, "Nonce"),
                    body=body,
                )
            )
        except (BadBodyError, ForgedMessageError) as error:
            return f"answer refused: {type(error).__name__}"
        if message is not None and child_text(inner, "MsgType") == "update_button":
            message.replaced = inner.findtext("Button/ReplaceName") or ""
        return "ok"

    def _query(self, crypto: CallbackCrypto, sealed: str) -> dict[str, str]:
        timestamp = str(int(self.world.clock.now().timestamp()))
        nonce = str(self.world.next_number() + 1_000_000)
        signature = crypto.sign(timestamp, nonce, sealed)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}


def _crypto(corp: Corp, receive_id: str) -> CallbackCrypto:
    return CallbackCrypto(
        token=corp.callback_token,
        encoding_aes_key=corp.encoding_aes_key,
        receive_id=receive_id or corp.corp_id,
    )


def _event_xml(fields: dict[str, str]) -> str:
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inside}</xml>"
