"""URLs of the settlement pages on the phone."""

from __future__ import annotations

from django.urls import include, path

from settlement.views import earnings, payouts

app_name = "settlement-phone"
urlpatterns = [
    path("", include("settlement.urls_statements_phone")),
    path("bank-account/", payouts.my_account, name="account"),
    path("", include("settlement.urls_disputes_phone")),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/balances/<slug:kind>/", earnings.balance, name="balance"),
    path("earnings/recomputed/<int:pk>/", earnings.recomputed, name="recomputed"),
    path("earnings/<str:number>/", earnings.job, name="job"),
]
