"""Addresses at which customers have their code made; they have no account."""

from __future__ import annotations

from django.urls import path

from workorders.views import customer_codes

app_name = "workorders-code"
urlpatterns = [path("<str:token>/", customer_codes.code, name="code")]
