"""Addresses of plans; part of settlement.urls."""

from django.urls import path

from settlement.views import plans

urlpatterns = [
    path("delays/", plans.delays, name="delay-list"),
    path("delays/terms/", plans.delay_terms, name="delay-terms"),
]
