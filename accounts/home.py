"""Which page a role starts on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User

_FIRST: dict[str, str] = {
    Role.INSTALLER: "workorders-phone:today",
    Role.FINANCE: "settlement:run-list",
    Role.DISPATCHER: "dispatch:board",
    Role.OUTLET_MANAGER: "dispatch:board",
    Role.REGION_MANAGER: "dashboards:boss",
    Role.HQ_ADMIN: "dashboards:boss",
    Role.PLATFORM: "platform:company-list",
}


def first_page(user: User) -> str:
    """Return the URL of the role's first page."""
    return reverse(_FIRST.get(user.role, "accounts:me"))
