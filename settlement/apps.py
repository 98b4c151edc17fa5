"""Rules, settlements, ledger, statements."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """The settlement app."""

    name = "settlement"

    def ready(self) -> None:
        """Load what registers itself."""
        from settlement import new_tenant  # noqa: F401  (registers itself)
