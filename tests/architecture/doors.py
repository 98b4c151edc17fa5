"""The doors of two companies: who asks for which address, and what the permission matrix says of it."""

from __future__ import annotations

import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django_tenants.utils import schema_context

from accounts.models import User
from accounts.roles import perms_of
from common.access import Perm
from tests import cast
from tests.architecture.matrix_world import Matrix
from tests.browsing import TenantClient

TABLE = tomllib.loads(Path(__file__).with_name("permission_matrix.toml").read_text("utf-8"))
COMPANY, PUBLIC = TABLE["company"], TABLE["public"]
# What belongs to the company as a whole: every unit's people see the same.
SHARED = set(TABLE["shared"])
# What exists once in the product or follows from the calendar, so that no company has its own.
EVERYWHERE = set(TABLE["everywhere"])


@dataclass(frozen=True)
class Stage:
    """What alpha and beta have, on one database of this file's own."""

    alpha: Matrix
    beta: Matrix


class Door:
    """Browsers at one host; each person has signed in once; what a request writes is undone."""

    def __init__(self, place: cast.Place) -> None:
        self.place = place
        # One client for everybody: each new one would build the middleware anew.
        self._client = TenantClient(place)
        self._client.raise_request_exception = False
        self._sessions: dict[int, str] = {}

    def ask(
        self,
        user: User | None,
        method: str,
        url: str,
        kind: str = "",
        entries: dict[str, str] | None = None,
        **headers: str,
    ) -> Any:
        """Send a request with the entries, else an empty form, and read the whole answer."""
        body: dict[str, Any] = {"data": entries} if entries else {}
        if method == "post":
            headers = {"Idempotency-Key": secrets.token_hex(8), **headers}
            body = body or {"data": {"sent": "1"}}
        if kind and body:
            body = {"data": "{}", "content_type": kind}
        self._client.cookies.clear()
        if user is not None:
            self._client.cookies[settings.SESSION_COOKIE_NAME] = self._session(user)
        with schema_context(self.place.schema), transaction.atomic():
            answer = getattr(self._client, method)(url, headers=headers, **body)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer

    def sign_in(self, user: User) -> None:
        """Sign a person in, once; nobody's cookie is left behind in the browser."""
        self._client.cookies.clear()
        self._session(user)

    def _session(self, user: User) -> str:
        if user.pk not in self._sessions:
            self._client.force_login(user)
            cookie = self._client.cookies.pop(settings.SESSION_COOKIE_NAME)
            self._sessions[user.pk] = cookie.value
        return self._sessions[user.pk]


def url_of(route: str, row: dict[str, Any], objects: dict[str, dict[str, Any]]) -> str:
    """Write the address of a route for the object of the row's kind."""
    named = objects[row["of"]] if "of" in row else {}
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: quote(str(named[part[1]])), route)


def may_open(row: dict[str, Any], role: str) -> bool:
    """Whether the role carries what the row asks for."""
    return row["may"] in ("open", "signed-in") or Perm(row["may"]) in perms_of(role)


def said(row: dict[str, Any], method: str, role: str) -> int:
    """The row's own answer to a person of the role beside the object."""
    status = row[method]
    return int(status.get(role, status["else"]) if isinstance(status, dict) else status)


def methods(row: dict[str, Any]) -> list[str]:
    """The methods a row has an answer to."""
    return [method for method in ("get", "post") if method in row]


def rows_of_company(*, about: bool = False) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a company's host, or those of them that are about an object."""
    rows = [(route, row) for route, row in COMPANY.items() if row.get("host") != "platform"]
    return [(route, row) for route, row in rows if "of" in row or not about]
