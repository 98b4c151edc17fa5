"""Addresses customers are sent; they have no account."""

from __future__ import annotations

from django.urls import path

from workorders.views import charge_consent

app_name = "workorders-customer"
urlpatterns = [
    path("<str:token>/", charge_consent.charge, name="charge"),
    path("<str:token>/photo/", charge_consent.charge_photo, name="charge-photo"),
]
