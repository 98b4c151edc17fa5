"""URLs of the dispatch pages on the phone."""

from __future__ import annotations

from django.urls import path

from dispatch.views import phone_pool

app_name = "dispatch-phone"
urlpatterns = [
    path("pool/", phone_pool.pool, name="pool"),
    path("pool/<int:offer_id>/claim/", phone_pool.offer_claim, name="offer-claim"),
]
