"""Requests as the views of this package know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from network.scope import ScopedUser


class StaffRequest(HttpRequest):
    """A request behind `@requires`: somebody is signed in."""

    user: ScopedUser  # type: ignore[assignment]  # the whole user lives in a package above
