"""Rules, settlements, ledger, statements."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """The settlement app."""

    name = "settlement"
