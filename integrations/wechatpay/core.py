"""The library's signing and verifying, over our own guarded connections."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import httpx
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization

from integrations.client import CONNECT_S, MAX_ANSWER_BYTES, READ_S, CallRecord, Journal
from integrations.egress import HostPort, PinnedTransport
from integrations.errors import Kind, PlatformError

BASE_URL = "https://api.mch.weixin.qq.com"
_BLOCK = re.compile(r"-----(BEGIN|END) [A-Z ]+-----|\s")
_LIMITS = frozenset({"FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED"})
_AUTH = frozenset({"SIGN_ERROR", "INVALID_REQUEST_SIGN", "MCH_NOT_EXISTS"})


def pem(typed: str, what: str) -> str:
    """Return a key as PEM with line breaks, whatever a form made of it; `what` is its title."""
    content = _BLOCK.sub("", typed)
    lines = "\n".join(content[n : n + 64] for n in range(0, len(content), 64))
    return f"-----BEGIN {what}-----\n{lines}\n-----END {what}-----"


class PinnedCore(Core):  # type: ignore[misc]  # the library has no types
    """Sends what the library signs through the checked transport, to an address of our choosing.

    The library itself calls its one host with `requests`, which follows redirects and reads proxies
    from the environment; only public addresses and those of EGRESS_ALLOW may be called here.
    """

    def __init__(
        self,
        *,
        base_url: str,
        allow: frozenset[HostPort],
        leave: Callable[[], None] | None = None,
        journal: Journal | None = None,
        **keys: Any,
    ) -> None:
        self._transport = PinnedTransport(allow=allow)
        self._leave = leave
        self._journal = journal
        super().__init__(**keys)
        self._gate_way = base_url.rstrip("/")

    def request(
        self,
        path: str,
        method: RequestType = RequestType.GET,
        data: Mapping[str, Any] | None = None,
        skip_verify: bool = False,
        sign_data: str | None = None,
        files: Any = None,
        cipher_data: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """One signed call; status and body as the library gives them, PlatformError for the line.

        Every answer is verified, refusals too: a forged "no" would pay somebody a second time.
        """
        body = json.dumps(data) if data else ""
        sent = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "kuaqu",
            "Wechatpay-Serial": self._public_key_id,
            "Authorization": build_authorization(
                path, method.value, self._mchid, self._cert_serial_no, self._private_key, data=body
            ),
            **(headers or {}),
        }
        status, answered, content = self._journalled(method.value, path, sent, body)
        is_json = "application/json" in answered.get("Content-Type", "")
        text = content.decode("utf-8", errors="replace") if is_json else ""
        if not skip_verify and not self._verified(answered, text):
            raise PlatformError(
                "sign.answer", "the answer is not signed by WeChat Pay", Kind.UNKNOWN
            )
        return status, text if is_json else content

    def _verified(self, headers: httpx.Headers, text: str) -> bool:
        if headers.get("Wechatpay-Serial") != self._public_key_id:
            return False
        try:
            return bool(self._verify_signature(headers, text))
        except Exception:  # noqa: BLE001 - the library raises bare exceptions for odd headers
            return False

    def _journalled(
        self, method: str, path: str, headers: Mapping[str, str], body: str
    ) -> tuple[int, httpx.Headers, bytes]:
        if self._leave is not None:
            self._leave()
        started, status, size, outcome = monotonic(), None, 0, "net.broken"
        try:
            status, answered, content = self._exchange(method, path, headers, body)
            outcome, size = "ok" if status < 300 else f"http.{status}", len(content)
            return status, answered, content
        except PlatformError as error:
            outcome = error.code
            raise
        finally:
            if self._journal is not None:
                operation = f"{method} {path.partition('?')[0]}"
                host, ms = httpx.URL(self._gate_way).host, round((monotonic() - started) * 1000)
                self._journal(
                    CallRecord("wechatpay", operation, host, 0, status, outcome, ms, size)
                )

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: str
    ) -> tuple[int, httpx.Headers, bytes]:
        times = {"connect": CONNECT_S, "read": READ_S, "write": READ_S, "pool": CONNECT_S}
        wire = httpx.Request(
            method,
            self._gate_way + path,
            headers=dict(headers),
            content=body.encode() or None,
            extensions={"timeout": times},
        )
        deadline = monotonic() + CONNECT_S + READ_S
        try:
            response = self._transport.handle_request(wire)
            try:
                content = b""
                for piece in response.iter_raw():
                    content += piece
                    if len(content) > MAX_ANSWER_BYTES or monotonic() > deadline:
                        raise PlatformError("net.too_large", "the answer is endless", Kind.RETRY)
            finally:
                response.close()
        except httpx.TransportError as error:
            raise PlatformError("net.broken", "WeChat Pay cannot be reached", Kind.RETRY) from error
        return response.status_code, response.headers, content


def read_answer(answer: tuple[int, Any]) -> dict[str, Any]:
    """Return the object of an answer; PlatformError with what can be done about a refusal."""
    status, body = answer
    try:
        content = json.loads(body) if body else {}
    except ValueError as error:
        raise PlatformError("answer.malformed", "no JSON", Kind.RETRY) from error
    if not isinstance(content, dict):
        raise PlatformError("answer.malformed", "no object", Kind.UNKNOWN)
    if 200 <= status < 300:
        return content
    code, message = str(content.get("code") or f"http.{status}"), str(content.get("message") or "")
    if status >= 500 or code == "SYSTEM_ERROR":
        kind = Kind.RETRY
    elif status == 429 or code in _LIMITS:
        kind = Kind.LIMIT
    else:
        kind = Kind.AUTH if status == 401 or code in _AUTH else Kind.REFUSED
    raise PlatformError(code, message, kind)
