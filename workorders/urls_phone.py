"""URLs of the workorders pages on the phone."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "workorders-phone"
urlpatterns: list[URLPattern] = []
