"""People."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation, add_phone_tab

SETTINGS = (
    "/settings/",
    "/network/",
    "/people/",
    "/skills/",
    "/grades/",
    "/first-steps/",
    "/tasks/",
)


class AccountsConfig(AppConfig):
    """Registers what a new company gets, and the way to people's pages."""

    name = "accounts"

    def ready(self) -> None:
        """Load the registrations; put installers, settings and one's own page into the bars."""
        from accounts.first_steps import add_own_steps
        from accounts.services import first_admin  # noqa: F401  (registers itself)

        add_own_steps()
        add_navigation(
            NavEntry(
                label=_("Installers"),
                url_name="accounts:installer-list",
                icon="users",
                perm=Perm.PEOPLE_VIEW,
                order=30,
                key="p",
            )
        )
        add_navigation(
            NavEntry(
                label=_("Settings"),
                url_name="accounts:settings",
                icon="settings",
                perm=Perm.NETWORK_VIEW,
                order=80,
                prefix=SETTINGS,
                key="e",
            )
        )
        add_phone_tab(
            NavEntry(
                label=_("Me"),
                url_name="accounts:my-phone",
                icon="user",
                perm=Perm.ORDER_WORK,
                order=40,
            )
        )
