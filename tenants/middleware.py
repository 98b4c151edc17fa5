"""Puts every request into the schema of the host it was sent to, and takes it out afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django_tenants.middleware.main import TenantMainMiddleware

from common.error_pages import back_soon
from tenants import health
from tenants.addresses import public_url
from tenants.host_lookup import PublicSite, clean_host, is_public_host, tenant_at
from tenants.models import Tenant
from tenants.switching import enter_schema, leave_schema

_TURNED_AWAY = {
    Tenant.Status.SUSPENDED.value: 403,
    Tenant.Status.CLOSING.value: 410,
    Tenant.Status.PROVISIONING.value: 503,
}


class TenantMiddleware(TenantMainMiddleware):  # type: ignore[misc]  # the library has no types
    """Finds the tenant by the Host header alone; forwarded-host headers are not read."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = super().__call__(request)
        if response.streaming:
            # The rows of a streamed file are read after this line, still in the tenant's schema.
            response.streaming_content = _then_public(  # type: ignore[attr-defined]  # streaming
                response.streaming_content  # type: ignore[attr-defined]  # streaming
            )
        else:
            leave_schema()
        return response

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Set `request.tenant` and the schema, or answer for hosts where nobody works."""
        leave_schema()
        if request.path_info == health.PATH:
            return health.health(request)
        try:
            host = clean_host(request.get_host())
        except DisallowedHost:
            return host_page("unknown", 404)
        if is_public_host(host):
            # Nobody signs in here and public has no session table: a cookie of that name, which
            # another program on the same host may have set, must not be looked up.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            request.tenant = PublicSite()  # type: ignore[attr-defined]  # set here for everyone
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            return None
        try:
            tenant = tenant_at(host) if host else None
        except OperationalError:
            connection.close()
            return back_soon(request)
        if tenant is None:
            return host_page("unknown", 404)
        if tenant.status in _TURNED_AWAY:
            return host_page(tenant.status, _TURNED_AWAY[tenant.status])
        tenant.domain_url = host
        request.tenant = tenant  # type: ignore[attr-defined]  # set here for everyone
        enter_schema(tenant)
        return None


def host_page(reason: str, status: int) -> HttpResponse:
    """Return the page for a host where nobody may work now; it names no tenant."""
    context: dict[str, Any] = {"reason": reason, "public_url": public_url()}
    with translation.override(settings.LANGUAGE_CODE):
        response = HttpResponse(render_to_string("tenants/host_page.html", context), status=status)
    if status == 503:
        response["Retry-After"] = "5"
    return response


def _then_public(chunks: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from chunks
    finally:
        leave_schema()
