"""Outgoing connections go to public addresses only, and to the address that was checked."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from threading import Lock

import httpx

from integrations.errors import Kind, PlatformError

HostPort = tuple[str, int]
Resolve = Callable[[str, int], list[str]]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def parse_egress_allow(setting: str) -> frozenset[HostPort]:
    """Host and port pairs of "127.0.0.1:8899, localhost:8899"; ValueError on anything else."""
    pairs = set()
    for entry in filter(None, (piece.strip() for piece in setting.split(","))):
        host, _, port = entry.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"not a host:port pair: {entry}")
        pairs.add((host.lower(), int(port)))
    return frozenset(pairs)


def is_public(address: str) -> bool:
    """Whether the address, also one wrapped into IPv6, belongs to the public internet.

    `is_global` alone calls multicast public and does not look into NAT64 and 6to4 wrappers.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def resolve_host(host: str, port: int) -> list[str]:
    """All addresses of a host, IPv4 first; raises OSError when there is none."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = dict.fromkeys(str(answer[4][0]) for answer in answers)
    return sorted(found, key=lambda address: ":" in address)


class PinnedTransport(httpx.BaseTransport):
    """Resolves a name once, checks every answer, and connects to the first checked address.

    A check before the call alone loses against a name that changes its answer in between, so the
    request itself carries the address; Host header and TLS name stay those of the platform. Each
    host has a transport of its own: a pool keyed by address would hand one host's TLS connection
    to another host on the same address.
    """

    def __init__(
        self,
        *,
        allow: frozenset[HostPort] = frozenset(),
        resolve: Resolve = resolve_host,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._trust = trust or httpx.create_ssl_context(trust_env=False)
        self._allow = allow
        self._resolve = resolve
        self._transports: dict[HostPort, httpx.HTTPTransport] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send through the checked address; raises PlatformError when it may not be reached."""
        host, port = request.url.host, _port(request.url)
        address = self._checked_address(request.url, host, port)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=f"[{address}]" if ":" in address else address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return self._transport(host, port).handle_request(pinned)

    def close(self) -> None:
        """Close all kept connections."""
        with self._lock:
            for transport in self._transports.values():
                transport.close()
            self._transports.clear()

    def _checked_address(self, url: httpx.URL, host: str, port: int) -> str:
        allowed = (host.lower(), port) in self._allow
        if not host or url.userinfo or (url.scheme != "https" and not allowed):
            raise _blocked(host, "only https addresses without a user part can be called")
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise PlatformError("net.name", f"{host} has no address", Kind.RETRY) from error
        if not addresses:
            raise PlatformError("net.name", f"{host} has no address", Kind.RETRY)
        if not allowed and not all(is_public(address) for address in addresses):
            raise _blocked(host, "it does not lead to the public internet")
        return addresses[0]

    def _transport(self, host: str, port: int) -> httpx.HTTPTransport:
        with self._lock:
            found = self._transports.get((host, port))
            if found is None:
                limits = httpx.Limits(max_connections=8, keepalive_expiry=20)
                found = httpx.HTTPTransport(verify=self._trust, trust_env=False, limits=limits)
                self._transports[host, port] = found
            return found


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _blocked(host: str, reason: str) -> PlatformError:
    return PlatformError("egress.blocked", f"{host} is not called: {reason}", Kind.REFUSED)
