"""How the simulated platforms reach the product's addresses."""

from collections.abc import Mapping

import httpx


def reach(
    method: str,
    url: str,
    *,
    timeout_s: float,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """One request to one of the product's addresses; raises httpx.HTTPError.

    Names below .localhost exist in browsers only, so they are called on the loopback address
    under their own Host header.
    """
    target, sent = httpx.URL(url), dict(headers or {})
    if target.host.endswith(".localhost"):
        sent["Host"] = target.netloc.decode()
        target = target.copy_with(host="127.0.0.1")
    return httpx.request(
        method, target, content=body, headers=sent, timeout=timeout_s, trust_env=False
    )
