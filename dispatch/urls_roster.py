"""Addresses of rosters and leave at the desk, below those of dispatch."""

from __future__ import annotations

from django.urls import path

from dispatch.views import leave, roster, roster_settings

urlpatterns = [
    path("", roster.roster, name="roster"),
    path("shifts/", roster_settings.pattern_list, name="pattern-list"),
    path("shifts/usual/", roster_settings.pattern_usual, name="pattern-usual"),
    path("shifts/new/", roster_settings.pattern_add, name="pattern-add"),
    path("shifts/<int:pk>/", roster_settings.pattern_edit, name="pattern-edit"),
    path("rule/", roster_settings.roster_rule_edit, name="roster-rule"),
    path("leave/", leave.leave_list, name="leave-list"),
    path("leave/<int:pk>/", leave.leave_decide, name="leave-decide"),
    path("<int:pk>/<str:monday>/cell/", roster.roster_cell, name="roster-cell"),
    path("<int:pk>/<str:monday>/propose/", roster.roster_propose, name="roster-propose"),
    path("<int:pk>/<str:monday>/publish/", roster.roster_publish, name="roster-publish"),
]
