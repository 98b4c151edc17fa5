"""URLs of the integrations pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "integrations"
urlpatterns: list[URLPattern] = []
