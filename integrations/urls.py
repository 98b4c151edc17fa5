"""URLs of the integrations pages."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "integrations"
urlpatterns: list[URLPattern] = []
