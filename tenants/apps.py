"""The only app with tables in the public schema."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """The tenants app."""

    name = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the copies of usage that the tenants' outboxes send."""
        from tenants import usage_copies  # noqa: F401  (registers itself)
