"""Addresses at which customers answer a question; they have no account."""

from __future__ import annotations

from django.urls import path

from workorders.views import questions

app_name = "workorders-question"
urlpatterns = [path("<str:token>/", questions.question, name="question")]
