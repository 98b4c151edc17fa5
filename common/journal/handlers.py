"""The journal's own housekeeping."""

from __future__ import annotations

from datetime import timedelta

from common.clock import wall_now
from common.journal.models import IdempotencyKey
from common.outbox import scheduled

KEEP_KEYS = timedelta(days=7)


@scheduled("journal.forget-keys", every_s=3600)
def forget_old_keys() -> None:
    """Delete idempotency keys older than a week."""
    IdempotencyKey.objects.filter(created_at__lt=wall_now() - KEEP_KEYS).delete()
