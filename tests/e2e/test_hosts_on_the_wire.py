"""What the real web server makes of host names no browser would send, byte by byte."""

from __future__ import annotations

import socket

import pytest

from tests import cast
from tests.e2e.product import Product

# Beside the browser tests: the product they start writes to this process's database for good.
pytestmark = pytest.mark.browser

ALPHA, BETA = cast.ALPHA.host, cast.BETA.host
PAGE = "/sign-in/"


def answer_to(product: Product, request: str) -> tuple[int, str]:
    """Send a request's head as it stands and read the status and the rest until the server closes."""
    with socket.create_connection(("127.0.0.1", product.port), timeout=20) as wire:
        wire.sendall(request.replace("\n", "\r\n").encode())
        answer = b"".join(iter(lambda: wire.recv(65536), b"")).decode("utf-8", "replace")
    return int(answer.split(" ", 2)[1]), answer


def head(target: str, *lines: str) -> str:
    return "\n".join([f"GET {target} HTTP/1.1", *lines, "Connection: close", "", ""])


def test_one_host_leads_to_its_own_company_alone(product: Product) -> None:
    for place, other in ((cast.ALPHA, cast.BETA), (cast.BETA, cast.ALPHA)):
        status, page = answer_to(product, head(PAGE, f"Host: {place.host}"))
        assert (status, place.name in page, other.name in page) == (200, True, False)


@pytest.mark.parametrize(
    "lines",
    [
        (f"Host: {ALPHA}", f"Host: {BETA}"),
        (f"Host: {BETA}", f"Host: {ALPHA}"),
        (f"Host: {ALPHA}", f"Host: {ALPHA}"),
        (f"Host: {ALPHA}", f"host: {BETA}"),
        (f"Host: {ALPHA}", f"Host : {BETA}"),
        (f"Host: {ALPHA}", f" Host: {BETA}"),
        (f"Host: {ALPHA}", "Content-Length: 4", "Transfer-Encoding: chunked"),
    ],
)
def test_a_request_whose_host_is_in_doubt_is_400_and_shows_no_company(
    product: Product, lines: tuple[str, ...]
) -> None:
    status, page = answer_to(product, head(PAGE, *lines))
    assert status == 400
    assert cast.ALPHA.name not in page
    assert cast.BETA.name not in page


def test_the_host_header_stands_above_a_whole_address_in_the_first_line(product: Product) -> None:
    status, page = answer_to(product, head(f"http://{BETA}{PAGE}", f"Host: {ALPHA}"))
    assert (status, cast.ALPHA.name in page, cast.BETA.name in page) == (200, True, False)


@pytest.mark.parametrize("lines", [(f"Host: {ALPHA}, {BETA}",), ("Host:",), ()])
def test_hosts_joined_in_one_header_or_none_at_all_lead_nowhere(
    product: Product, lines: tuple[str, ...]
) -> None:
    status, page = answer_to(product, head(PAGE, *lines))
    assert status == 404
    assert cast.ALPHA.name not in page
    assert cast.BETA.name not in page
