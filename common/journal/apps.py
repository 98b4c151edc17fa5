"""The journal as a Django app of every tenant."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Audit records and idempotency keys."""

    name = "common.journal"
    label = "journal"
