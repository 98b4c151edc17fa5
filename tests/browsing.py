"""A test client that works at one host and leaves the test's own schema as it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.test import Client
from django_tenants.utils import schema_context

from common.journal.fingerprint import KEY_FIELD
from tests.cast import Place


class TenantClient(Client):
    """Sends the host of its place with every request; keeps cookies as one browser does."""

    def __init__(self, place: Place, **defaults: Any) -> None:
        super().__init__(**{"HTTP_HOST": place.host, **defaults})
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
