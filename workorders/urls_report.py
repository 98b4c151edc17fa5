"""Addresses of service reports for customers and for whoever holds a paper."""

from __future__ import annotations

from django.urls import path

from workorders.views import report_links

app_name = "workorders-report"
urlpatterns = [
    path("check/<str:token>/", report_links.verify, name="verify"),
    path("<str:token>/", report_links.report, name="report"),
    path("<str:token>/<slug:language>.pdf", report_links.report_pdf, name="report-pdf"),
]
