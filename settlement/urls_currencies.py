"""Addresses of other currencies; part of settlement.urls."""

from django.urls import path

from settlement.views import currencies

urlpatterns = [
    path("rates/", currencies.rate_list, name="rate-list"),
    path(
        "orders/<order_number:number>/currency/", currencies.order_currency, name="order-currency"
    ),
]
