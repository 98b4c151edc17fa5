"""The console of the platform's staff: companies, their state and their bill."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.clock import business_day
from common.journal import record
from tenants.lifecycle import resume_tenant, suspend_tenant
from tenants.selectors import companies, companies_by_status, company_rows

View = Callable[..., HttpResponse]


def _on_platform_host(view: View) -> View:
    """Let the URL exist at the platform's own host only: 404 at a company's, signed in or not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "tenant", None) is None or request.tenant.kind != "platform":  # type: ignore[attr-defined]  # set by the middleware
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@_on_platform_host
@requires(Perm.PLATFORM_MANAGE)
@require_GET
def company_list(request: HttpRequest) -> HttpResponse:
    """All companies with this month's use."""
    month = business_day().replace(day=1)
    page = Paginator(companies(), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": company_rows(list(page.object_list), month),
        "month": month,
        "counts": companies_by_status(),
    }
    return render(request, "tenants/company_list.html", context)


@_on_platform_host
@requires(Perm.PLATFORM_MANAGE)
@require_POST
def company_suspend(request: HttpRequest, schema_name: str) -> HttpResponse:
    """Turn a company's visitors away."""
    return _change(request, schema_name, suspend_tenant, "tenant.suspended", _("%s is suspended"))


@_on_platform_host
@requires(Perm.PLATFORM_MANAGE)
@require_POST
def company_resume(request: HttpRequest, schema_name: str) -> HttpResponse:
    """Let a suspended company work again."""
    return _change(request, schema_name, resume_tenant, "tenant.resumed", _("%s works again"))


def _change(
    request: HttpRequest,
    schema_name: str,
    change: Callable[[str], None],
    action: str,
    sentence: str,
) -> HttpResponse:
    tenant = get_object_or_404(companies(), schema_name=schema_name)
    change(tenant.schema_name)
    with transaction.atomic():
        record(request.user, action, tenant, name=tenant.name)
    messages.success(request, sentence % tenant.name)
    return redirect("platform:company-list")
