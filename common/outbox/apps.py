"""The outbox as a Django app of every tenant."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    """Loads every app's `handlers` module, so that subscriptions exist before the first event."""

    name = "common.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Load the handlers."""
        autodiscover_modules("handlers")
