"""URLs of the dispatch pages on the phone."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "dispatch-phone"
urlpatterns: list[URLPattern] = []
