"""Web addresses of the public site and of companies, made from settings, never from a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from tenants.models import Tenant

_USUAL_PORT = {"http": "80", "https": "443"}


def host_url(host: str) -> str:
    """Return the address of a host of this installation, without the port its scheme implies."""
    port = settings.PUBLIC_PORT
    shown = "" if port in {"", _USUAL_PORT[settings.PUBLIC_SCHEME]} else f":{port}"
    return f"{settings.PUBLIC_SCHEME}://{host}{shown}/"


def public_url() -> str:
    """Return the address of the public site."""
    return host_url(settings.DOMAIN)


def tenant_url(tenant: Tenant) -> str:
    """Return the address of a tenant; the public site's when it has no host yet."""
    domain = tenant.get_primary_domain()
    return host_url(domain.domain) if domain else public_url()
