"""The service network: who (org units) and where (regions)."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """The network app."""

    name = "network"

    def ready(self) -> None:
        """Load what registers itself."""
        from network import new_tenant  # noqa: F401  (registers itself)
