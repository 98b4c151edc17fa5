"""URLs of the settlement pages on the phone."""

from __future__ import annotations

from django.urls import path

from settlement.views import earnings

app_name = "settlement-phone"
urlpatterns = [
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/balances/<slug:kind>/", earnings.balance, name="balance"),
    path("earnings/<str:number>/", earnings.job, name="job"),
]
