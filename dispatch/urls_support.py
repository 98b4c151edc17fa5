"""Addresses of support between regions at the desk, below those of dispatch."""

from __future__ import annotations

from django.urls import path

from dispatch.views import support

urlpatterns = [
    path("", support.support, name="support"),
    path("ask/", support.support_ask, name="support-ask"),
    path("rule/", support.support_rule_edit, name="support-rule"),
    path("<int:pk>/decide/", support.support_decide, name="support-decide"),
    path("<int:pk>/cancel/", support.support_cancel, name="support-cancel"),
]
