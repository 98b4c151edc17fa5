"""URLs of the platforms on the phone."""

from __future__ import annotations

from django.urls import path

from integrations.views import codes

app_name = "integrations-phone"
urlpatterns = [path("today/<str:number>/shop-code/", codes.shop_code, name="shop-code")]
