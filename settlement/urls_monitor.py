"""Addresses of the rule-hit monitor; part of settlement.urls."""

from django.urls import path

from settlement.views import monitor

urlpatterns = [
    path("rules/<int:pk>/monitor/", monitor.monitor_detail, name="monitor-detail"),
    path("rules/<int:pk>/monitor/row/", monitor.monitor_row, name="monitor-row"),
    path("rules/alarms/<int:pk>/", monitor.alarm_answer, name="alarm-answer"),
]
