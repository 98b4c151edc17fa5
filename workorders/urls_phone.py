"""URLs of the workorders pages on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "workorders-phone"
urlpatterns: list[URLPattern] = []
