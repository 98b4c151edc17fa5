"""The tenant whose users are the platform's own staff."""

from __future__ import annotations

import os

from django.conf import settings

from tenants.models import Tenant
from tenants.provisioning import FirstAdmin, create_tenant

SLUG = "platform"
LOCAL_PASSWORD = "kuaqu-platform"  # noqa: S105  (only ever used outside production)


def ensure_platform_tenant() -> Tenant:
    """Return the platform's tenant; make it at the first start.

    Its first sign-in is `admin` with PLATFORM_ADMIN_PASSWORD. In production nobody can sign in
    until that is set and the tenant is made anew with it: there is no password to guess.
    """
    found: Tenant | None = Tenant.objects.filter(kind=Tenant.Kind.PLATFORM).first()
    if found:
        return found
    password = os.environ.get("PLATFORM_ADMIN_PASSWORD", "")
    if not password and not settings.PRODUCTION:
        password = LOCAL_PASSWORD
    admin = FirstAdmin("admin", "平台管理员", "", password) if password else None
    return create_tenant(
        name="跨区平台", slug=SLUG, kind=Tenant.Kind.PLATFORM.value, admin=admin, pack=None
    )
