"""Serves the real static files inside the browser's own network layer: no server, no port."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import django_htmx
from playwright.sync_api import Route

HOST = "http://localhost:9"
CSP = (
    "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:"
)
_ROOTS = (Path(__file__).parents[2] / "static", Path(django_htmx.__file__).parent / "static")


def path_of(route: Route) -> str:
    """Path of the request at our host."""
    return route.request.url.removeprefix(HOST).partition("#")[0]


def serve_static(route: Route) -> bool:
    """Answer a request for a static file; False when it is for something else."""
    path = path_of(route)
    if not path.startswith("/static/"):
        return False
    name = path.removeprefix("/static/")
    file = next(root / name for root in _ROOTS if (root / name).is_file())
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    route.fulfill(body=file.read_bytes(), content_type=kind)
    return True


def serve_page(route: Route, source: str) -> None:
    """Answer with a page under the product's content security policy."""
    route.fulfill(
        body=source,
        content_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": CSP},
    )
