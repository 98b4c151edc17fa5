"""Questions about requests for leave; each begins with who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.selectors import visible_installers
from dispatch.models import LeaveRequest

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Installer, User


def open_leave_requests(*, actor: User) -> QuerySet[LeaveRequest]:
    """Return the requests that wait for somebody who may decide them, the oldest first."""
    return visible_leave_requests(actor=actor).filter(state=LeaveRequest.State.ASKED)


def visible_leave_requests(*, actor: User) -> QuerySet[LeaveRequest]:
    """Return the requests of the installers somebody may see."""
    mine = visible_installers(actor=actor).order_by().values("pk")
    rows = LeaveRequest.objects.filter(installer__in=mine)
    return rows.select_related("installer__user", "installer__outlet", "decided_by").order_by(
        "asked_at", "pk"
    )


def own_leave_requests(*, installer: Installer) -> QuerySet[LeaveRequest]:
    """Return what an installer asked for, the newest first."""
    return LeaveRequest.objects.filter(installer=installer).order_by("-asked_at", "-pk")
