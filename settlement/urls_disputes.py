"""Addresses of disputes at the desk; part of settlement.urls."""

from django.urls import path

from settlement.views import disputes as views
from settlement.views import disputes_own as own

urlpatterns = [
    path("disputes/", views.dispute_list, name="dispute-list"),
    path("disputes/statistics/", views.dispute_statistics, name="dispute-statistics"),
    path("disputes/terms/", views.dispute_terms, name="dispute-terms"),
    path("disputes/new/<slug:kind>/<int:pk>/", own.claim, name="dispute-claim"),
    path("disputes/new/<slug:kind>/<int:pk>/send/", own.claim_send, name="dispute-claim-send"),
    path("disputes/<str:number>/own/withdraw/", own.withdraw, name="dispute-own-withdraw"),
    path("disputes/<str:number>/own/answer/", own.answer, name="dispute-own-answer"),
    path("disputes/<str:number>/", views.dispute_detail, name="dispute-detail"),
    path("disputes/<str:number>/preview/", views.dispute_preview, name="dispute-preview"),
    path("disputes/<str:number>/ask/", views.dispute_ask, name="dispute-ask"),
    path("disputes/<str:number>/opinion/", views.dispute_opinion, name="dispute-opinion"),
    path("disputes/<str:number>/decide/", views.dispute_decide, name="dispute-decide"),
    path("disputes/<str:number>/files/<str:sha256>/", views.dispute_file, name="dispute-file"),
    path("disputes/<str:number>/report/", views.report_file, name="dispute-report"),
    path("disputes/<str:number>/report/make/", views.report_make, name="dispute-report-make"),
    path("disputes/<str:number>/report/state/", views.report_progress, name="dispute-report-state"),
]
