"""Addresses of adjustments and held money; part of settlement.urls."""

from django.urls import path

from settlement.views import adjustments

urlpatterns = [
    path("adjustments/", adjustments.adjustments, name="adjustment-list"),
    path("adjustments/<int:pk>/decide/", adjustments.adjustment_decide, name="adjustment-decide"),
    path("slips/<int:pk>/adjust/", adjustments.adjustment_make, name="adjustment-make"),
    path("held/", adjustments.held, name="held-list"),
]
