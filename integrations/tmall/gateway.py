"""One signed call to the TOP gateway."""

from collections.abc import Callable, Mapping
from datetime import datetime

from integrations.client import HttpClient, Request
from integrations.strict_json import JsonObject
from integrations.times import to_china
from integrations.tmall.envelopes import read_answer
from integrations.tmall.signing import SignMethod, top_sign

PLATFORM = "tmall"
GATEWAY_URL = "https://eco.taobao.com/router/rest"


class TopGateway:
    """One application on one seller's session; parameters are texts, structs already JSON."""

    def __init__(
        self,
        client: HttpClient,
        *,
        app_key: str,
        app_secret: str,
        session: str,
        now: Callable[[], datetime],
        url: str = GATEWAY_URL,
        sign_method: SignMethod = SignMethod.HMAC_SHA256,
    ) -> None:
        self._client = client
        self._app_key = app_key
        self._app_secret = app_secret
        self._session = session
        self._now = now
        self._url = url
        self._sign_method = sign_method

    def call(
        self,
        method: str,
        parameters: Mapping[str, str],
        *,
        repeatable: bool = True,
        with_session: bool = True,
    ) -> JsonObject:
        """The object under the method's response root; raises PlatformError."""
        form = {
            "method": method,
            "app_key": self._app_key,
            "timestamp": to_china(self._now()),
            "format": "json",
            "v": "2.0",
            "sign_method": self._sign_method.value,
            **({"session": self._session} if with_session else {}),
            **parameters,
        }
        form["sign"] = top_sign(form, self._app_secret, self._sign_method)
        request = Request(
            platform=PLATFORM,
            operation=method,
            method="POST",
            url=self._url,
            form=form,
            repeatable=repeatable,
        )
        return self._client.call(request, lambda raw: read_answer(raw, method))
