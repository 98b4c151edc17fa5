"""Addresses of payouts; part of settlement.urls."""

from django.urls import path

from settlement.views import payouts

urlpatterns = [
    path("payouts/", payouts.payout_list, name="payout-list"),
    path("payouts/draft/", payouts.payout_draft, name="payout-draft"),
    path("payouts/<int:pk>/", payouts.payout_detail, name="payout-detail"),
    path("payouts/<int:pk>/approve/", payouts.payout_approve, name="payout-approve"),
    path("payouts/<int:pk>/discard/", payouts.payout_discard, name="payout-discard"),
    path("payouts/<int:pk>/export/", payouts.payout_export, name="payout-export"),
    path("payouts/<int:pk>/answer/", payouts.payout_answer, name="payout-answer"),
    path("payouts/<int:pk>/send/", payouts.payout_send, name="payout-send"),
    path("payouts/<int:pk>/state/", payouts.payout_state, name="payout-state"),
    path("payees/<int:pk>/wallet/", payouts.payee_wallet, name="payee-wallet"),
    path("payees/<int:pk>/account/", payouts.payee_account, name="payee-account"),
]
