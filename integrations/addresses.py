"""Which platform addresses may be entered: the check before the one at connect time."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from integrations.egress import HostPort, is_public
from integrations.models import Connection
from integrations.tmall.gateway import GATEWAY_URL
from integrations.wechatpay.core import BASE_URL as WECHATPAY_URL
from integrations.wecom.api import BASE_URL as WECOM_URL
from integrations.youzan.api import BASE_URL as YOUZAN_URL

USUAL = {
    Connection.Platform.YOUZAN.value: YOUZAN_URL,
    Connection.Platform.TMALL.value: GATEWAY_URL,
    Connection.Platform.WECOM.value: WECOM_URL,
    Connection.Platform.WECHATPAY.value: WECHATPAY_URL,
}


def is_callable_address(url: str, allow: frozenset[HostPort]) -> bool:
    """Whether an address may be stored: https to a public name, or a pair from EGRESS_ALLOW.

    What a name resolves to is checked when it is called, each time anew: it may change.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query:
        return False
    if (host, port or (443 if parts.scheme == "https" else 80)) in allow:
        return True
    return parts.scheme == "https" and _looks_public(host)


def _looks_public(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # "localhost", a bare machine name or 0x7f000001 is nobody's platform.
        last = host.rsplit(".", 1)[-1]
        return "." in host and last.isalpha() and last not in ("localhost", "local", "internal")
    return is_public(host)
