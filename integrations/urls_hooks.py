"""URLs that platforms call."""

from __future__ import annotations

from django.urls import path

from integrations.views import hooks

app_name = "hooks"
urlpatterns = [
    path("youzan/<uuid:public_id>", hooks.youzan, name="youzan-push"),
    path("wecom/<uuid:public_id>", hooks.wecom, name="wecom-callback"),
]
