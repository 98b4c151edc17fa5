"""A test client that works at one host and leaves the test's own schema as it was."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signals import setting_changed
from django.db import connection
from django.test import Client
from django.test.client import ClientHandler
from django_tenants.utils import schema_context

from common.journal.fingerprint import KEY_FIELD
from tests.cast import Place


class _Handler(ClientHandler):
    """Goes through the middleware this process has made once, as the requests to one server do.

    Made for each browser anew, it would look through all static files each time.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Take over what was made for all."""
        made = _middleware()
        self._view_middleware = made._view_middleware
        self._template_response_middleware = made._template_response_middleware
        self._exception_middleware = made._exception_middleware
        self._middleware_chain = made._middleware_chain


@lru_cache(maxsize=1)
def _middleware() -> ClientHandler:
    handler = ClientHandler()
    handler.load_middleware()
    return handler


def _make_anew(*, setting: str, **_given: Any) -> None:
    # Where uploads go changes from test to test, and no middleware holds on to it.
    if setting != "STORAGES":
        _middleware.cache_clear()


setting_changed.connect(_make_anew)


class TenantClient(Client):
    """Sends the host of its place with every request; keeps cookies as one browser does."""

    def __init__(self, place: Place, **defaults: Any) -> None:
        super().__init__(**{"HTTP_HOST": place.host, **defaults})
        self.handler = _Handler(self.handler.enforce_csrf_checks)
        self.place = place

    def request(self, **environ: Any) -> Any:
        """Answer one request; the middleware ends in public, the test goes on where it was."""
        before = connection.tenant
        try:
            return super().request(**environ)
        finally:
            connection.set_tenant(before)

    def post(self, path: str, data: Any = None, *args: Any, **options: Any) -> Any:
        """Post as a form does, with a key of its own; a test that repeats a post names its key."""
        headers = dict(options.pop("headers", None) or {})
        named = KEY_FIELD in data if isinstance(data, dict) else data is not None
        if not named and not any(name.lower() == "idempotency-key" for name in headers):
            headers["Idempotency-Key"] = uuid4().hex
        return super().post(path, data, *args, headers=headers, **options)

    def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        """Sign a user in without a password, with the session in the place's schema."""
        with schema_context(self.place.schema):
            super().force_login(user, backend)


def post_as_browser(client: TenantClient, path: str, data: dict[str, str]) -> Any:
    """Open a page and post its form with the Origin a browser sends after that page's policy."""
    page = client.get(path)
    hides = page.headers.get("Referrer-Policy") == "no-referrer"
    sent = data | {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value}
    origin = "null" if hides else f"http://{client.place.host}"
    return client.post(path, sent, headers={"Origin": origin, "Idempotency-Key": uuid4().hex})
