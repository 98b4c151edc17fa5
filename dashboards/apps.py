"""Figures for bosses, staff and finance."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """The dashboards app."""

    name = "dashboards"
