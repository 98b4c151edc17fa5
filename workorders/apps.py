"""Shop orders and work orders."""

from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    """The workorders app."""

    name = "workorders"
