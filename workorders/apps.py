"""Shop orders and work orders."""

from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    """Gives new companies their first flows."""

    name = "workorders"

    def ready(self) -> None:
        """Load what registers itself."""
        from workorders import new_tenant  # noqa: F401  (registers itself)
