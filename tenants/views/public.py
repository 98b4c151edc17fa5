"""The public site: what the product is, sign-up, and the way to one's company."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.access import open_to_all
from common.signing import sign, unsign
from tenants.addresses import host_url, tenant_url
from tenants.forms import FindCompanyForm, SignUpForm
from tenants.limits import SIGN_UPS_PER_HOUR, limit
from tenants.provisioning import create_tenant

# A browser checks form-action for the address a form is redirected to as well.
_TO_COMPANIES = {"form-action": [SELF, host_url(f"*.{settings.DOMAIN}").rstrip("/")]}
_HOUR_S = 3600


@open_to_all("the public site says what the product is")
@csp_update(_TO_COMPANIES)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What the product is, and the two ways on."""
    return render(request, "tenants/home.html", {"find_form": FindCompanyForm()})


@open_to_all("whoever has an account must be able to find the way to it")
@csp_update(_TO_COMPANIES)
@require_GET
def find_company(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the host of the company they name."""
    form = FindCompanyForm(request.GET or None)
    if request.GET:
        limit("find", request.META["REMOTE_ADDR"], most=60, period_s=_HOUR_S)
        if form.is_valid():
            return HttpResponseRedirect(host_url(form.cleaned_data["company"]))
    return render(
        request, "tenants/find_company.html", {"form": form}, status=422 if form.errors else 200
    )


@open_to_all("anyone may open a company")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a company with its first administrator."""
    form = SignUpForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "domain": settings.DOMAIN}
        return render(request, "tenants/sign_up.html", context, status=status)
    limit("sign-up", request.META["REMOTE_ADDR"], most=SIGN_UPS_PER_HOUR, period_s=_HOUR_S)
    given = form.cleaned_data
    tenant = create_tenant(
        name=given["company"], slug=given["slug"], admin=form.admin(), pack=given["pack"] or None
    )
    token = sign("signed-up", [tenant.name, tenant_url(tenant), form.admin().username])
    return redirect("public:signed-up", token=token)


@open_to_all("shows what its signed address holds")
@never_cache
@require_GET
def signed_up(request: HttpRequest, token: str) -> HttpResponse:
    """Show the address of the new company and how to sign in first."""
    try:
        company, address, username = unsign("signed-up", token, max_age_s=_HOUR_S)
    except BadSignature as error:
        raise Http404 from error
    context = {"company": company, "address": address, "username": username}
    return render(request, "tenants/signed_up.html", context)
