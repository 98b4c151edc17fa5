"""The one HTTP client of the product: bounded in time and size, journalled, repeating with care."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import TypeVar

import httpx

from integrations.breaker import Breaker
from integrations.egress import HostPort, PinnedTransport, Resolve, resolve_host
from integrations.errors import BadBodyError, Kind, PlatformError
from integrations.strict_json import JsonObject

T = TypeVar("T")

CONNECT_S = 3.0
READ_S = 10.0
MAX_ANSWER_BYTES = 10 * 1024 * 1024
RETRY_DELAYS_S = (1, 3)
LIMIT_DELAYS_S = (3, 6)

# These end a call before the platform can have acted on it, so any call may be repeated.
_NOTHING_SENT = frozenset({"net.connect", "net.name"})


@dataclass(frozen=True, slots=True)
class Request:
    """One platform call; `repeatable` only when doing it twice is the same as doing it once."""

    platform: str
    operation: str
    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    body: JsonObject | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False
    any_success: bool = False  # any status of success says yes, not 200 alone


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What the call journal keeps of one attempt: no query, no body, hence no secret or person."""

    platform: str
    operation: str
    host: str
    attempt: int
    http_status: int | None
    outcome: str
    duration_ms: int
    answer_bytes: int


Journal = Callable[[CallRecord], None]


class HttpClient:
    """Calls platforms; safe to share between threads, one per process is enough."""

    def __init__(
        self,
        *,
        egress_allow: frozenset[HostPort] = frozenset(),
        journal: Journal | None = None,
        leave: Callable[[], None] | None = None,
        breaker: Breaker | None = None,
        resolve: Resolve = resolve_host,
        wait: Callable[[float], None] = sleep,
        read_s: float = READ_S,
        repeats: int = len(RETRY_DELAYS_S),
    ) -> None:
        self._transport = PinnedTransport(allow=egress_allow, resolve=resolve)
        self._journal = journal
        self._leave = leave
        self._breaker = breaker or Breaker()
        self._wait = wait
        self._read_s = read_s
        self._repeats = min(repeats, len(RETRY_DELAYS_S))

    def call(self, request: Request, read: Callable[[bytes], T]) -> T:
        """Send and read the answer; `read` raises PlatformError or BadBodyError on a bad one.

        Repeats `repeats` times at most, twice unless told otherwise: after a failure only what is repeatable, after a documented limit
        anything, because the platform did nothing. Longer waits are the caller's (`retry_after_s`).
        """
        attempt = 0
        while True:
            try:
                return self._attempt(request, read, attempt)
            except PlatformError as error:
                delay_s = _delay_s(error, request, attempt)
                if delay_s is None or attempt >= self._repeats:
                    raise
                self._wait(delay_s)
                attempt += 1

    def close(self) -> None:
        """Close kept connections."""
        self._transport.close()

    def _attempt(self, request: Request, read: Callable[[bytes], T], attempt: int) -> T:
        if self._leave is not None:
            self._leave()
        started = monotonic()
        exchange = _Exchange()
        url = _parsed(request.url)
        host = f"{url.host}:{url.port or ''}".rstrip(":")
        outcome = "ok"
        self._breaker.admit(host)
        try:
            body = self._exchange(request, url, host, exchange)
            return self._judged(read, body, host)
        except PlatformError as error:
            outcome = error.code
            raise
        finally:
            if self._journal is not None:
                self._journal(
                    CallRecord(
                        platform=request.platform,
                        operation=request.operation,
                        host=host,
                        attempt=attempt,
                        http_status=exchange.status,
                        outcome=outcome,
                        duration_ms=round((monotonic() - started) * 1000),
                        answer_bytes=exchange.received,
                    )
                )

    def _exchange(
        self, request: Request, url: httpx.URL, host: str, exchange: "_Exchange"
    ) -> bytes:
        try:
            wire = _wire_request(request, url, self._read_s)
            body = _send(self._transport, wire, exchange, self._read_s)
        except httpx.TransportError as error:
            self._breaker.failed(host)
            raise _line_error(error, host) from error
        except PlatformError:
            self._breaker.failed(host)
            raise
        if not (request.any_success and 200 <= (exchange.status or 0) < 300):
            _refuse_status(exchange, self._breaker, host)
        return body

    def _judged(self, read: Callable[[bytes], T], body: bytes, host: str) -> T:
        try:
            result = read(body)
        except BadBodyError as error:
            self._breaker.failed(host)
            raise PlatformError("net.half_answer", error.code, Kind.RETRY) from error
        except PlatformError:
            self._breaker.succeeded(host)
            raise
        self._breaker.succeeded(host)
        return result


@dataclass(slots=True)
class _Exchange:
    status: int | None = None
    received: int = 0
    retry_after_s: int | None = None


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise PlatformError("egress.blocked", "not an address", Kind.REFUSED) from error


def wire_body(body: JsonObject) -> bytes:
    """Return a body as it is sent, for whoever signs it."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


def _wire_request(request: Request, url: httpx.URL, read_s: float) -> httpx.Request:
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kuaqu"}
    content = None
    if request.body is not None:
        content = wire_body(request.body)
        headers["Content-Type"] = "application/json"
    headers |= request.headers
    return httpx.Request(
        request.method,
        url.copy_merge_params(dict(request.query)) if request.query else url,
        headers=headers,
        content=content,
        data=request.form,
        extensions={
            "timeout": {"connect": CONNECT_S, "read": read_s, "write": read_s, "pool": CONNECT_S}
        },
    )


def _send(
    transport: httpx.BaseTransport, wire: httpx.Request, exchange: _Exchange, read_s: float
) -> bytes:
    # The transport is used directly: it follows no redirect, keeps no cookie, reads no proxy
    # from the environment, and writes no log line with a token in the address.
    deadline = monotonic() + CONNECT_S + read_s
    response = transport.handle_request(wire)
    try:
        exchange.status = response.status_code
        exchange.retry_after_s = _seconds(response.headers.get("Retry-After"))
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise PlatformError("net.encoding", "the answer is compressed unasked", Kind.UNKNOWN)
        pieces = []
        for piece in response.iter_raw():
            exchange.received += len(piece)
            if exchange.received > MAX_ANSWER_BYTES:
                raise PlatformError("net.too_large", "the answer exceeds 10 MB", Kind.UNKNOWN)
            if monotonic() > deadline:
                raise PlatformError("net.timeout", "the answer trickles", Kind.RETRY)
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        response.close()


def _refuse_status(exchange: _Exchange, breaker: Breaker, host: str) -> None:
    status = exchange.status or 0
    if status == 200:
        return
    if status >= 500:
        breaker.failed(host)
        raise PlatformError(f"http.{status}", "the platform is in trouble", Kind.RETRY)
    breaker.succeeded(host)
    if status == 429:
        raise PlatformError(
            "http.429", "called too often", Kind.LIMIT, retry_after_s=exchange.retry_after_s
        )
    if 300 <= status < 400:
        raise PlatformError("net.redirect", "redirects are not followed", Kind.REFUSED)
    raise PlatformError(f"http.{status}", "an answer that is not described", Kind.UNKNOWN)


def _line_error(error: httpx.TransportError, host: str) -> PlatformError:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return PlatformError("net.connect", f"{host} cannot be reached", Kind.RETRY)
    if isinstance(error, httpx.TimeoutException):
        return PlatformError("net.timeout", f"{host} did not answer in time", Kind.RETRY)
    return PlatformError("net.broken", f"{host} broke the connection", Kind.RETRY)


def _delay_s(error: PlatformError, request: Request, attempt: int) -> int | None:
    if error.code == "breaker.open" or attempt >= len(RETRY_DELAYS_S):
        return None
    if error.kind is Kind.LIMIT:
        delay_s = error.retry_after_s or LIMIT_DELAYS_S[attempt]
        return delay_s if delay_s <= max(LIMIT_DELAYS_S) else None
    if error.kind is not Kind.RETRY:
        return None
    safe = request.repeatable or error.code in _NOTHING_SENT
    return RETRY_DELAYS_S[attempt] if safe else None


def _seconds(header: str | None) -> int | None:
    return int(header) if header is not None and header.isdecimal() else None
