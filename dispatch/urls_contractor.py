"""Addresses at which contractors open their work; they have no account."""

from __future__ import annotations

from django.urls import path

from dispatch.views import contractor

app_name = "dispatch-contractor"
urlpatterns = [path("<str:token>/", contractor.contractor_open, name="open")]
