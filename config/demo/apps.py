"""The demo as an app, so that its hooks and handlers are found."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Registers the demo companies."""

    name = "config.demo"
    label = "demo"

    def ready(self) -> None:
        """Load the registrations."""
        from common.panels import add_panel
        from config.demo import starting  # noqa: F401  (registers itself)
        from config.demo.panel import history_panel

        add_panel("boss", history_panel)
