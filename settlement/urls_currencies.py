"""Addresses of other currencies; part of settlement.urls."""

from django.urls import path

from settlement.views import currencies

urlpatterns = [
    path("rates/", currencies.rate_list, name="rate-list"),
    path("rates/<int:pk>/recompute/", currencies.rate_recompute, name="rate-recompute"),
    path(
        "orders/<order_number:number>/currency/", currencies.order_currency, name="order-currency"
    ),
]
