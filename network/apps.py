"""The service network: who (org units) and where (regions)."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """The network app."""

    name = "network"
