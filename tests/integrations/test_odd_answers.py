import threading
from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Request as WebRequest
from werkzeug.wrappers import Response

from integrations.client import MAX_ANSWER_BYTES, HttpClient, Request
from integrations.errors import Kind, PlatformError
from integrations.strict_json import load_object


@pytest.fixture
def talk(serve):
    """Starts a server that answers by a function; gives a client for it and a request."""
    clients = []

    def start(answer):
        port = serve(answer)
        allow = frozenset({("127.0.0.1", port)})
        client = HttpClient(egress_allow=allow, wait=lambda seconds: None, read_s=0.2)
        clients.append(client)
        url = f"http://127.0.0.1:{port}/"
        return client, Request("test", "ask", "GET", url, repeatable=True)

    yield start
    for client in clients:
        client.close()


def huge() -> Iterator[bytes]:
    for _ in range(MAX_ANSWER_BYTES // 1_000_000 + 2):
        yield b"x" * 1_000_000


@pytest.mark.parametrize(
    ("response", "code", "kind"),
    [
        (lambda: Response(huge()), "net.too_large", Kind.UNKNOWN),
        (
            lambda: Response(b"x", headers={"Content-Encoding": "gzip"}),
            "net.encoding",
            Kind.UNKNOWN,
        ),
        (lambda: Response("{}", status=404), "http.404", Kind.UNKNOWN),
        (lambda: Response("", status=301, headers={"Location": "/"}), "net.redirect", Kind.REFUSED),
        (
            lambda: Response("{}", status=429, headers={"Retry-After": "120"}),
            "http.429",
            Kind.LIMIT,
        ),
        (lambda: Response("<html>", status=200), "net.half_answer", Kind.RETRY),
        (lambda: Response("", status=200), "net.half_answer", Kind.RETRY),
        (lambda: Response('{"a":1,"a":2}', status=200), "net.half_answer", Kind.RETRY),
    ],
)
def test_an_answer_that_no_platform_describes_has_a_name(talk, response, code, kind):
    client, request = talk(lambda asked: response())
    with pytest.raises(PlatformError) as failed:
        client.call(request, load_object)
    assert (failed.value.code, failed.value.kind) == (code, kind)


def test_a_platform_that_hangs_is_given_up(talk):
    released = threading.Event()

    def hang(asked: WebRequest) -> Response:
        released.wait()
        return Response("{}")

    client, request = talk(hang)
    try:
        with pytest.raises(PlatformError) as failed:
            client.call(request, load_object)
    finally:
        released.set()
    assert (failed.value.code, failed.value.kind) == ("net.timeout", Kind.RETRY)


def test_a_platform_that_asks_for_a_long_pause_tells_how_long(talk):
    client, request = talk(lambda asked: Response("", status=429, headers={"Retry-After": "120"}))
    with pytest.raises(PlatformError) as limited:
        client.call(request, load_object)
    assert limited.value.retry_after_s == 120


def test_no_cookie_is_kept_and_the_host_is_the_platforms_own(talk):
    seen = []

    def answer(asked: WebRequest) -> Response:
        seen.append((asked.host, asked.cookies.get("session"), asked.headers["Accept-Encoding"]))
        response = Response("{}")
        response.set_cookie("session", "x")
        return response

    client, request = talk(answer)
    for _ in range(2):
        client.call(request, load_object)
    host = request.url.removeprefix("http://").rstrip("/")
    assert seen == [(host, None, "identity")] * 2
