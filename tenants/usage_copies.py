"""Adds the tenants' notes of billable orders to the public count, each note once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F

from common.public_copies import copier
from tenants.models import UsageMonth, UsageNote

if TYPE_CHECKING:
    from common.outbox.models import PublicNote


@copier("usage")
def copy_usage(schema_name: str, note: PublicNote) -> None:
    """Count one billable order; a note whose key was counted before changes nothing.

    The payload is `{"month": "2026-11"}`, the Chinese calendar month the order counts in. Runs in
    a transaction of its own with the public schema active.
    """
    _row, is_new = UsageNote.objects.get_or_create(schema_name=schema_name, source_key=note.key)
    if not is_new:
        return
    month = date.fromisoformat(f"{note.payload['month']}-01")
    UsageMonth.objects.get_or_create(schema_name=schema_name, month=month)
    UsageMonth.objects.filter(schema_name=schema_name, month=month).update(orders=F("orders") + 1)
