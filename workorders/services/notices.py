"""Tells installers what left their hands, and notes that they have read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from workorders.models import InstallerNotice, WorkOrder

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User


def tell_installer(
    order: WorkOrder,
    installer: Installer,
    *,
    since: datetime | None,
    actor: User | None,
    reason: str,
) -> None:
    """Leave a notice for who loses the locked order they had since a moment.

    None for who gave it back themselves.
    """
    if actor is not None and actor.pk == installer.user_id:
        return
    InstallerNotice.objects.create(
        installer=installer,
        work_order=order,
        reason=reason[:200],
        since=since,
        at=clock.now(),
    )


@transaction.atomic
def mark_seen(*, installer: Installer, notice_id: int) -> None:
    """Take a notice of this installer off the phone; a second time: no effect."""
    unseen = InstallerNotice.objects.filter(installer=installer, pk=notice_id, seen_at=None)
    unseen.update(seen_at=clock.now())
