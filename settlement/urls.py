"""URLs of the settlement pages."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "settlement"
urlpatterns: list[URLPattern] = []
