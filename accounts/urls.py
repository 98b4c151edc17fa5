"""URLs of people's pages, and of the way in."""

from __future__ import annotations

from django.urls import path

from accounts.views import signing_in

app_name = "accounts"
urlpatterns = [
    path("", signing_in.home, name="home"),
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
]
