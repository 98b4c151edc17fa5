"""Shop platforms and WeCom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation


class IntegrationsConfig(AppConfig):
    """Puts the connections into the navigation."""

    name = "integrations"

    def ready(self) -> None:
        """Add the entry."""
        add_navigation(
            NavEntry(
                label=_("Integrations"),
                url_name="integrations:connection-list",
                icon="plug-connected",
                perm=Perm.CONNECTION_VIEW,
                order=70,
            )
        )
