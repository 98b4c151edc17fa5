"""URLs of the dashboards pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from dashboards.views import alerts, boss, budgets, staff

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "dashboards"
urlpatterns: list[URLPattern] = [
    path("", boss.home, name="home"),
    path("boss/", boss.boss, name="boss"),
    path("boss/cell/", boss.cell, name="cell"),
    path("boss/export/", boss.matrix_export, name="matrix-export"),
    path("boss/alerts/rest/", alerts.alert_rest, name="alert-rest"),
    path("boss/alerts/wake/", alerts.alert_wake, name="alert-wake"),
    path("budgets/", budgets.budgets, name="budgets"),
    path("budgets/set/", budgets.budget_set, name="budget-set"),
    path("staff/", staff.staff, name="staff"),
]
