"""Who goes where, and why."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation, add_phone_tab


class DispatchConfig(AppConfig):
    """Puts the board into the top bar and the grab pool into the phone's tabs."""

    name = "dispatch"

    def ready(self) -> None:
        """Register the entries."""
        add_navigation(
            NavEntry(
                label=_("Dispatch"),
                url_name="dispatch:board",
                icon="calendar-time",
                perm=Perm.DISPATCH_VIEW,
                order=10,
                key="d",
            )
        )
        add_phone_tab(
            NavEntry(
                label=_("Grab pool"),
                url_name="dispatch-phone:pool",
                icon="hand-grab",
                perm=Perm.OFFER_CLAIM,
                order=20,
            )
        )
