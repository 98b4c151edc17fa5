"""Which page a role starts on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, resolve, reverse

from accounts.first_steps import is_under_way
from accounts.roles import Role
from common.access import Perm

if TYPE_CHECKING:
    from accounts.models import User

_OWN_PAGE = "accounts:me"
_FIRST: dict[str, tuple[str, ...]] = {
    Role.INSTALLER: ("workorders-phone:today",),
    Role.FINANCE: ("settlement:run-list", "dashboards:boss", "workorders:order-list"),
    Role.DISPATCHER: ("dispatch:board", "workorders:order-list"),
    Role.OUTLET_MANAGER: ("dispatch:board", "workorders:order-list"),
    Role.REGION_MANAGER: ("dashboards:boss", "dispatch:board", "workorders:order-list"),
    Role.HQ_ADMIN: ("dashboards:boss", "dispatch:board", "workorders:order-list"),
    Role.PLATFORM: ("platform:company-list",),
}


def first_page(user: User) -> str:
    """Return the URL of the role's first page that this person may open.

    An administrator of a company that is still being set up starts at the list of first steps.
    """
    if user.role == Role.HQ_ADMIN and is_under_way():
        return reverse("accounts:first-steps")
    found = (_if_open(name, user) for name in _FIRST.get(user.role, ()))
    return next((url for url in found if url), reverse(_OWN_PAGE))


def _if_open(name: str, user: User) -> str:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return ""
    access = getattr(resolve(url).func, "kq_access", "")
    is_open = access == "signed-in" or (access in set(Perm) and user.has(Perm(access)))
    return url if is_open else ""
