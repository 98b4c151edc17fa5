"""A small S3 server over HTTP for tests: one bucket in memory, keys and signatures looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

ACCESS_KEY, SECRET_KEY, BUCKET = "AKTEST", "s" * 40, "kuaqu-test"
_ERROR = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"


@dataclass
class Host:
    """What the server keeps, and whether it is broken."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    broken: int = 0


class _Server(ThreadingHTTPServer):
    def __init__(self, host: Host) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.host = host


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _answer(self, status: int, body: bytes = b"", *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("ETag", '"0"')
        self.send_header("Last-Modified", "Fri, 27 Nov 2026 00:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _fail(self, status: int, code: str) -> None:
        self._answer(status, _ERROR.format(code=code).encode())

    def _key(self) -> str | None:
        """The object's key; None when the request was refused already."""
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.sent = sent
        self.server.host.headers.append(dict(self.headers.items()))
        if self.server.host.broken:
            self._fail(self.server.host.broken, "InternalError")
            return None
        signed = re.match(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/.*Signature=[0-9a-f]{64}",
            self.headers.get("Authorization", ""),
        )
        if signed is None or signed[1] != ACCESS_KEY:
            self._fail(403, "AccessDenied")
            return None
        bucket, _slash, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        if bucket != BUCKET:
            self._fail(404, "NoSuchBucket")
            return None
        return key

    def do_PUT(self) -> None:
        if (key := self._key()) is not None:
            self.server.host.objects[key] = self.sent
            self._answer(200)

    def do_GET(self) -> None:
        if (key := self._key()) is None:
            return
        if key not in self.server.host.objects:
            self._fail(404, "NoSuchKey")
            return
        self._answer(200, self.server.host.objects[key])

    def do_HEAD(self) -> None:
        if (key := self._key()) is None:
            return
        if key not in self.server.host.objects:
            self._answer(404)
            return
        self._answer(200, length=len(self.server.host.objects[key]))

    def do_DELETE(self) -> None:
        if (key := self._key()) is not None:
            self.server.host.objects.pop(key, None)
            self._answer(204)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def s3_host() -> Iterator[Host]:
    """Serve one empty bucket on a free port until the block ends."""
    host = Host()
    server = _Server(host)
    host.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
