"""URLs of the customers pages."""

from __future__ import annotations

from django.urls import path

from customers.views import customers, divisions

app_name = "customers"
urlpatterns = [
    path("divisions/", divisions.division_picker, name="division-picker"),
    path("<int:pk>/", customers.customer_detail, name="customer-detail"),
    path("addresses/<int:pk>/note/", customers.address_note, name="address-note"),
]
