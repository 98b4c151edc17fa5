"""Text travels compressed, everything else as it is."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from common.compression import TextCompressionMiddleware
from tests import cast
from tests.browsing import TenantClient

WORDS = "工单 WO-20261121-0482 已派给李师傅。".encode() * 40
SHOWN = {"HTTP_ACCEPT_ENCODING": "gzip, deflate"}


def through(answer, **headers):
    request = RequestFactory().get("/", **(headers or SHOWN))
    return TextCompressionMiddleware(lambda _request: answer)(request)


@pytest.mark.parametrize(
    ("content_type", "status", "encoding"),
    [
        ("text/html; charset=utf-8", 200, "gzip"),
        ("text/css", 200, "gzip"),
        ("text/csv", 200, "gzip"),
        ("application/json", 422, "gzip"),
        ("image/svg+xml", 200, "gzip"),
        ("image/jpeg", 200, None),
        ("application/pdf", 200, None),
        ("text/css", 206, None),
    ],
)
def test_whole_texts_are_compressed(content_type, status, encoding):
    answer = through(HttpResponse(WORDS, content_type=content_type, status=status))
    assert answer.get("Content-Encoding") == encoding
    body = gzip.decompress(answer.content) if encoding else answer.content
    assert body == WORDS


def test_a_client_that_cannot_unpack_gets_plain_text():
    answer = through(HttpResponse(WORDS), HTTP_ACCEPT_ENCODING="identity")
    assert answer.content == WORDS


def test_a_streamed_text_unpacks_to_what_was_written():
    answer = through(StreamingHttpResponse([WORDS, WORDS], content_type="text/csv"))
    assert gzip.decompress(b"".join(answer.streaming_content)) == WORDS * 2


def test_the_length_of_a_page_tells_nothing_about_its_words():
    lengths = {len(through(HttpResponse(WORDS)).content) for _each in range(30)}
    assert len(lengths) > 5


def test_pages_and_style_sheets_come_compressed(database):
    client = TenantClient(cast.ALPHA, **SHOWN)
    for path in ("/sign-in/", "/static/css/app.css"):
        assert client.get(path)["Content-Encoding"] == "gzip"
