"""People."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers what a new company gets."""

    name = "accounts"

    def ready(self) -> None:
        """Load the registrations."""
        from accounts.services import first_admin  # noqa: F401  (registers itself)
