"""Keeps demo shops and the simulated platforms pointing at each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from common.schema import current_schema
from config.demo.shops import PATHS, own_connections
from integrations.client import Request
from integrations.http import platform_client
from integrations.models import Connection
from tenants.addresses import tenant_url
from tenants.models import Tenant

if TYPE_CHECKING:
    from config.demo.plan import Company

HOOKS = {"youzan": "hooks:youzan-push", "wecom": "hooks:wecom-callback"}
_WHAT = {"youzan": "shops", "wecom": "corps"}


def follow_simulators(company: Company) -> None:
    """Give the demo's connections the address the simulators have at this start."""
    if not settings.SIMULATORS_URL:
        return
    for connection in own_connections(company):
        address = f"{settings.SIMULATORS_URL}{PATHS[connection.platform]}"
        if connection.base_url != address:
            Connection.objects.filter(pk=connection.pk).update(
                base_url=address, failures_in_a_row=0, last_error=""
            )


def tell_callbacks(company: Company) -> int:
    """Tell the simulators where to push; return how many shops and corps were told."""
    if not settings.SIMULATORS_URL:
        return 0
    tenant = Tenant.objects.get(schema_name=current_schema())
    told = 0
    for connection in own_connections(company):
        hook = HOOKS.get(connection.platform)
        if hook is None:
            continue
        path = reverse(hook, args=[connection.public_id], urlconf=settings.ROOT_URLCONF)
        place = f"{_WHAT[connection.platform]}/{connection.shop_key}"
        request = Request(
            platform="simulators",
            operation="callback",
            method="POST",
            url=f"{settings.SIMULATORS_URL}/control/api/{place}/callback",
            body={"url": tenant_url(tenant).rstrip("/") + path},
            repeatable=True,
        )
        platform_client(brisk=True).call(request, json.loads)
        told += 1
    return told
