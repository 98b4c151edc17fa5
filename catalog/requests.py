"""Requests as the views of this package know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User


class StaffRequest(HttpRequest):
    """A request behind `@requires`: somebody is signed in."""

    user: User
