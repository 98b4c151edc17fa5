"""Calls of the WeCom server API that the product needs, for one application of one corp."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.client import HttpClient, Request
from integrations.errors import Kind, PlatformError
from integrations.fields import text
from integrations.strict_json import JsonObject, load_object
from integrations.tokens import Token, TokenStore
from integrations.wecom.cards import Message

PLATFORM = "wecom"
BASE_URL = "https://qyapi.weixin.qq.com"
MAX_RECEIVERS = 1000
_DUPLICATE_CHECK_S = 1800

# Judged by errcode alone: errmsg carries hints, ids and times that change.
_TOKEN_DEAD = frozenset({"40014", "42001"})
_KINDS = {
    Kind.RETRY: frozenset({"-1"}),
    Kind.AUTH: frozenset(
        {"40001", "40013", "40014", "41001", "42001", "48002", "48009", "60020", "301055"}
    ),
    Kind.LIMIT: frozenset({"45009", "45033"}),
    Kind.REFUSED: frozenset({"81013", "40056", "40058", "41004", "41048", "40029"}),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message on its way; members in `not_reached` will not get it although the call succeeded."""

    message_id: str
    not_reached: tuple[str, ...]
    response_code: str


class WecomApi:
    """One application: `agent_id` with its own secret and its own token."""

    def __init__(
        self,
        client: HttpClient,
        *,
        corp_id: str,
        secret: str,
        agent_id: int,
        tokens: TokenStore,
        now: Callable[[], datetime],
        base_url: str = BASE_URL,
    ) -> None:
        self._client = client
        self._corp_id = corp_id
        self._secret = secret
        self._agent_id = agent_id
        self._tokens = tokens
        self._now = now
        self._base_url = base_url.rstrip("/")

    def send(self, users: Sequence[str], message: Message) -> Sent:
        """Send to members by their userid; raises PlatformError, 81013 when nobody is left.

        The same message to the same members within half an hour is sent once, hence repeatable.
        More than 30 a minute to one member are dropped by the platform without a word.
        """
        if not 1 <= len(users) <= MAX_RECEIVERS:
            raise ValueError(f"between 1 and {MAX_RECEIVERS} members")
        body = {
            "touser": "|".join(users),
            "agentid": self._agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _DUPLICATE_CHECK_S,
            **message.payload(),
        }
        answer = self._call("POST", "message/send", {}, body)
        refused = f"{text(answer, 'invaliduser')}|{text(answer, 'unlicenseduser')}"
        return Sent(
            message_id=text(answer, "msgid"),
            not_reached=tuple(dict.fromkeys(user for user in refused.split("|") if user)),
            response_code=text(answer, "response_code"),
        )

    def sign_in(self) -> Token:
        """The application's token, asked for when none is fresh: shows whether the secret is right.

        Raises PlatformError.
        """
        return self._token()

    def _call(
        self, method: str, name: str, query: dict[str, str], body: JsonObject | None
    ) -> JsonObject:
        token = self._token()
        try:
            return self._send(method, name, {**query, "access_token": token.value}, body)
        except PlatformError as error:
            if error.code not in _TOKEN_DEAD:
                raise
        token = self._token(instead_of=token)
        return self._send(method, name, {**query, "access_token": token.value}, body)

    def _token(self, instead_of: Token | None = None) -> Token:
        kept = self._tokens.get()
        # Another process may already have replaced the token that was just refused here.
        if kept is not None and kept != instead_of and kept.is_fresh(self._now()):
            return kept
        asked_at = self._now()
        query = {"corpid": self._corp_id, "corpsecret": self._secret}
        answer = self._send("GET", "gettoken", query, None)
        lifetime_s = answer.get("expires_in")
        if not isinstance(lifetime_s, int):
            raise PlatformError("token.malformed", "no expires_in", Kind.UNKNOWN)
        token = Token(
            value=text(answer, "access_token"),
            expires_at=asked_at + timedelta(seconds=lifetime_s),
        )
        self._tokens.set(token)
        return token

    def _send(
        self, method: str, name: str, query: dict[str, str], body: JsonObject | None
    ) -> JsonObject:
        request = Request(
            platform=PLATFORM,
            operation=name,
            method=method,
            url=f"{self._base_url}/cgi-bin/{name}",
            query=query,
            body=body,
            repeatable=True,
        )
        return self._client.call(request, _read_answer)


def _read_answer(raw: bytes) -> JsonObject:
    answer = load_object(raw).value
    code = answer.get("errcode", 0)
    if code == 0:
        return answer
    raise PlatformError(str(code), str(answer.get("errmsg") or ""), _kind(str(code)))


def _kind(code: str) -> Kind:
    return next((kind for kind, codes in _KINDS.items() if code in codes), Kind.UNKNOWN)
