"""URLs of the settlement pages on the phone."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "settlement-phone"
urlpatterns: list[URLPattern] = []
