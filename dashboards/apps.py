"""Figures for bosses, staff and finance."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.access import Perm
from common.panels import NavEntry, add_navigation


class DashboardsConfig(AppConfig):
    """Puts the dashboards into the top bar."""

    name = "dashboards"

    def ready(self) -> None:
        """Register the entry."""
        add_navigation(
            NavEntry(
                label=_("Dashboards"),
                url_name="dashboards:home",
                icon="chart-bar",
                perm=Perm.DASHBOARD_STAFF,
                order=60,
                prefix="/dashboards/",
                key="b",
            )
        )
