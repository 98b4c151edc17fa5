"""What `make run` prints at the end: addresses, and sign-ins where packages offer some."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tenants.addresses import public_url, tenant_url
from tenants.selectors import active_tenants

if TYPE_CHECKING:
    from tenants.models import Tenant

_sources: list[Callable[[Tenant], Iterable[str]]] = []


def tell_sign_ins(source: Callable[[Tenant], Iterable[str]]) -> Callable[[Tenant], Iterable[str]]:
    """Register lines such as "dispatcher  diaodu / kuaqu-demo" for a tenant; may yield nothing."""
    _sources.append(source)
    return source


def sign_in_text() -> str:
    """Return the addresses of the public site and every active tenant, with their sign-ins."""
    lines = [f"跨区  {public_url()}"]
    for tenant in active_tenants():
        lines.append(f"{tenant.name}  {tenant_url(tenant)}")
        lines.extend(f"    {line}" for source in _sources for line in source(tenant))
    return "\n".join(lines)
