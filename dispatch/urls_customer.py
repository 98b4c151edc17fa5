"""Addresses at which customers book; they have no account."""

from __future__ import annotations

from django.urls import path

from dispatch.views import booking

app_name = "dispatch-customer"
urlpatterns = [path("<str:token>/", booking.booking, name="booking")]
