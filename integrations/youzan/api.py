"""Calls of the Youzan Cloud API that the product needs, for one shop."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from integrations.client import HttpClient, Request
from integrations.errors import Kind, PlatformError
from integrations.fields import part, rows, text
from integrations.strict_json import JsonObject
from integrations.times import from_epoch_ms, to_china
from integrations.tokens import Token, TokenStore
from integrations.youzan.envelopes import TOKEN_DEAD, read_api_answer, read_token_answer

PLATFORM = "youzan"
BASE_URL = "https://open.youzanyun.com"
PAGE_SIZE = 100
MAX_PAGES = 100
MAX_REFUND_ROWS = 3000


class YouzanApi:
    """One self-use application on one shop; `shop_id` is the kdt_id as text."""

    def __init__(
        self,
        client: HttpClient,
        *,
        client_id: str,
        client_secret: str,
        shop_id: str,
        tokens: TokenStore,
        now: Callable[[], datetime],
        base_url: str = BASE_URL,
    ) -> None:
        self._client = client
        self._client_id = client_id
        self._client_secret = client_secret
        self._shop_id = shop_id
        self._tokens = tokens
        self._now = now
        self._base_url = base_url.rstrip("/")

    def orders_modified(self, start: datetime, end: datetime) -> Iterator[JsonObject]:
        """Each `full_order_info` changed in start..end, once; raises PlatformError.

        `end` must not lie in the future. The list is at least 30 s late and does not show a
        changed seller memo. Keep windows to hours: more than 100 pages are refused by the platform and raise `window.too_wide`.
        """
        return self._orders({"start_update": to_china(start), "end_update": to_china(end)})

    def order(self, order_number: str) -> JsonObject:
        """The detail of one order: full_order_info, refund_order, delivery_order.

        Raises PlatformError 5000 for an order of another shop.
        """
        return _object(self._api("youzan.trade.get", "4.0.2", {"tid": order_number}))

    def refunds_modified(self, start: datetime, end: datetime) -> Iterator[JsonObject]:
        """Each refund changed in start..end, once; this search alone wants epoch seconds."""
        seen: set[str] = set()
        for page_no in range(1, MAX_REFUND_ROWS // PAGE_SIZE + 1):
            page = _object(
                self._api(
                    "youzan.trade.refund.search",
                    "3.0.1",
                    {
                        "update_time_start": int(start.timestamp()),
                        "update_time_end": int(end.timestamp()),
                        "page_no": page_no,
                        "page_size": PAGE_SIZE,
                    },
                )
            )
            found = rows(page, "refunds")
            for refund in found:
                refund_id = text(refund, "refund_id")
                if refund_id not in seen:
                    seen.add(refund_id)
                    yield refund
            if len(found) < PAGE_SIZE:
                return
        raise _too_wide()

    def refund(self, refund_id: str) -> JsonObject:
        """One refund with its status, version, amount and first line."""
        return _object(self._api("youzan.trade.refund.get", "3.0.1", {"refund_id": refund_id}))

    def decrypt(self, ciphertext: str) -> str:
        """The plain text of one ciphertext of this shop; plain text comes back unchanged."""
        plain = self._api("youzan.cloud.secret.decrypt.single", "1.0.0", {"source": ciphertext})
        if not isinstance(plain, str):
            raise PlatformError("answer.malformed", "no text", Kind.UNKNOWN)
        return plain

    def decrypt_many(self, ciphertexts: Sequence[str]) -> dict[str, str]:
        """Plain texts by ciphertext. An empty text among them would fail the whole call."""
        sources = sorted({cipher for cipher in ciphertexts if cipher})
        if not sources:
            return {}
        plain = self._api("youzan.cloud.secret.decrypt.batch", "1.0.0", {"sources": sources})
        return {cipher: str(value) for cipher, value in _object(plain).items()}

    def object(self, name: str, version: str, parameters: JsonObject) -> JsonObject:
        """The object any other call answers with; raises PlatformError."""
        return _object(self._api(name, version, parameters))

    def _orders(self, window: JsonObject) -> Iterator[JsonObject]:
        seen: set[str] = set()
        for page in self._order_pages(window):
            for row in rows(page, "full_order_info_list"):
                order = part(row, "full_order_info")
                number = text(part(order, "order_info"), "tid")
                if number not in seen:
                    seen.add(number)
                    yield order

    def _order_pages(self, window: JsonObject) -> Iterator[JsonObject]:
        # An order that changes while we read leaves the window and pulls those behind it one
        # place forward: walking from the last page an order may come twice, walking from the
        # first one may slip onto a page already read and be lost.
        first = self._order_page(window, 1)
        total = _total(first)
        if total is None:
            yield from self._following_pages(window, first)
            return
        last_page = -(-total // PAGE_SIZE)
        if last_page > MAX_PAGES:
            raise _too_wide()
        if last_page <= 1:
            yield first
            return
        for page_no in range(last_page, 0, -1):
            yield self._order_page(window, page_no)

    def _following_pages(self, window: JsonObject, page: JsonObject) -> Iterator[JsonObject]:
        # Some answers only say that there is more; what slips through here, the overlap of the
        # next pull and the hourly comparison bring.
        for page_no in range(2, MAX_PAGES + 2):
            yield page
            if not part(page, "paginator").get("has_next"):
                return
            page = self._order_page(window, page_no)
        raise _too_wide()

    def _order_page(self, window: JsonObject, page_no: int) -> JsonObject:
        parameters = {**window, "page_no": page_no, "page_size": PAGE_SIZE}
        return _object(self._api("youzan.trades.sold.get", "4.0.4", parameters))

    def _api(self, name: str, version: str, parameters: JsonObject) -> Any:
        token = self._token()
        try:
            return self._call(name, version, parameters, token)
        except PlatformError as error:
            if error.code not in TOKEN_DEAD:
                raise
        return self._call(name, version, parameters, self._token(instead_of=token))

    def _call(self, name: str, version: str, parameters: JsonObject, token: Token) -> Any:
        request = Request(
            platform=PLATFORM,
            operation=f"{name}/{version}",
            method="POST",
            url=f"{self._base_url}/api/{name}/{version}",
            query={"access_token": token.value},
            body=parameters,
            repeatable=True,
        )
        return self._client.call(request, read_api_answer)

    def _token(self, instead_of: Token | None = None) -> Token:
        kept = self._tokens.get()
        # Another process may already have replaced the token that was just refused here.
        if kept is not None and kept != instead_of and kept.is_fresh(self._now()):
            return kept
        request = Request(
            platform=PLATFORM,
            operation="auth/token",
            method="POST",
            url=f"{self._base_url}/auth/token",
            body={
                "client_id": self._client_id,
                "client_secret": self._client_secret,
                "authorize_type": "silent",
                "grant_id": self._shop_id,
                # A plain request hands out the current token; only when that one was refused is
                # a new one demanded, because it kills the token of every other process.
                "refresh": instead_of is not None,
            },
            repeatable=True,
        )
        answer = self._client.call(request, read_token_answer)
        token = Token(
            value=text(answer, "access_token"),
            expires_at=from_epoch_ms(answer.get("expires"), "expires"),
        )
        self._tokens.set(token)
        return token


def _total(page: JsonObject) -> int | None:
    # Older answers count in total_results, newer ones in the paginator.
    total = page.get("total_results", part(page, "paginator").get("total_count"))
    return total if isinstance(total, int) else None


def _object(value: Any) -> JsonObject:
    if not isinstance(value, dict):
        raise PlatformError("answer.malformed", "no object where one belongs", Kind.UNKNOWN)
    return value


def _too_wide() -> PlatformError:
    return PlatformError("window.too_wide", "more pages than the platform gives", Kind.REFUSED)
