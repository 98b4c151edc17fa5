"""The service catalog."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers what a new company gets."""

    name = "catalog"

    def ready(self) -> None:
        """Load the registrations."""
        from catalog import new_tenant  # noqa: F401  (registers itself)
