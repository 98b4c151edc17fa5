"""URLs of the workorders pages."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "workorders"
urlpatterns: list[URLPattern] = []
