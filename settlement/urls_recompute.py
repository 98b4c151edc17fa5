"""Addresses of recomputes; part of settlement.urls."""

from django.urls import path

from settlement.views import recompute

urlpatterns = [
    path("recompute/", recompute.recompute_list, name="recompute-list"),
    path("recompute/start/", recompute.recompute_start, name="recompute-start"),
    path("recompute/<int:pk>/", recompute.recompute_detail, name="recompute-detail"),
    path(
        "recompute/<int:pk>/orders/<int:settlement_pk>/",
        recompute.recompute_order,
        name="recompute-order",
    ),
    path("recompute/<int:pk>/progress/", recompute.recompute_progress, name="recompute-progress"),
    path("recompute/<int:pk>/approve/", recompute.recompute_approve, name="recompute-approve"),
    path("recompute/<int:pk>/reject/", recompute.recompute_reject, name="recompute-reject"),
    path("recompute/<int:pk>/cancel/", recompute.recompute_cancel, name="recompute-cancel"),
    path("rules/<int:pk>/recompute/", recompute.recompute_version, name="recompute-version"),
    path("slips/<int:pk>/correct/", recompute.recompute_fact, name="recompute-fact"),
    path("slips/<int:pk>/payment/", recompute.recompute_payment, name="recompute-payment"),
    path("slips/<int:pk>/times/", recompute.recompute_visits, name="recompute-visits"),
    path("slips/<int:pk>/region/", recompute.recompute_region, name="recompute-region"),
    path("slips/<int:pk>/people/", recompute.recompute_crew, name="recompute-crew"),
]
