"""An installer's rating: what customers said of their last jobs, in the calls after the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.services.installers import keep_rating
from workorders.models import FollowUp

if TYPE_CHECKING:
    from accounts.models import Installer

LAST, LEAST = 50, 5
"""The latest ratings that count, and how many it takes: one customer alone makes nobody's name."""


def earn_rating(installer: Installer) -> None:
    """Let the mean of the latest ratings be the installer's, half a tenth rounded up."""
    rated = FollowUp.objects.filter(work_order__installer=installer, rating_x10__isnull=False)
    latest = list(rated.order_by("-made_at", "-pk").values_list("rating_x10", flat=True)[:LAST])
    if len(latest) >= LEAST:
        total, n = sum(tenths or 0 for tenths in latest), len(latest)
        keep_rating(installer_id=installer.pk, rating_x10=(2 * total + n) // (2 * n))
