"""Which tenant answers at a host name, remembered for a few seconds."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.http.request import split_domain_port

from tenants.models import Domain, Tenant

REMEMBER_S = 10.0
MOST_HOSTS = 2048


@dataclass(frozen=True, slots=True)
class PublicSite:
    """Stands in `request.tenant` where no company is addressed."""

    schema_name: str = "public"
    name: str = "跨区"
    kind: str = "public"
    status: str = Tenant.Status.ACTIVE.value


_found: dict[str, tuple[float, Tenant]] = {}
_guard = threading.Lock()


def clean_host(raw: str) -> str:
    """Return the host in lower case without port and trailing dot, "" when it is no host name."""
    name, _port = split_domain_port(raw)
    return "" if name.startswith("[") else name


def is_public_host(host: str) -> bool:
    """True for the installation's own domain, also with `www.` before it."""
    return host.removeprefix("www.") == settings.DOMAIN.lower()


def tenant_at(host: str) -> Tenant | None:
    """Return the tenant of a clean host name with its plan, None when nobody is there.

    Unknown names are not remembered: a flood of invented ones must not push real ones out.
    """
    moment = time.monotonic()
    kept = _found.get(host)
    if kept and kept[0] > moment:
        return kept[1]
    domain = Domain.objects.select_related("tenant__plan").filter(domain=host).first()
    if domain is None:
        return None
    with _guard:
        if len(_found) >= MOST_HOSTS:
            _found.clear()
        _found[host] = (moment + REMEMBER_S, domain.tenant)
    tenant: Tenant = domain.tenant
    return tenant


def forget_hosts() -> None:
    """Ask the database again at the next request of this process; others follow within 10 s."""
    with _guard:
        _found.clear()
