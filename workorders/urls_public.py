"""Addresses for whoever stands before an appliance."""

from __future__ import annotations

from django.urls import path

from workorders.views import public

app_name = "workorders-public"
urlpatterns = [
    path("s/<str:token>/", public.sticker, name="sticker"),
    path("repair/", public.repair, name="repair"),
    path("repair/done/<str:token>/", public.repair_done, name="repair-done"),
    path("repair/<str:token>/", public.repair, name="repair-about"),
]
