"""Sign-in, sign-out and the way to one's first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.forms.signing_in import SignInForm
from accounts.home import first_page
from common.access import open_to_all, signed_in
from network.requests import posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest


@open_to_all("people sign in here")
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show and take the sign-in form; `next` is followed on this host only."""
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponseRedirect(_after(request))
    form = SignInForm(request, posted(request))
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return HttpResponseRedirect(_after(request))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "next": request.GET.get("next", request.POST.get("next", ""))}
    return render(request, "accounts/sign_in.html", context, status=status)


@open_to_all("an expired sign-in can be left too")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sign-in and clear what the phone kept of it."""
    logout(request)
    response = HttpResponseRedirect(reverse("accounts:sign-in"))
    response["Clear-Site-Data"] = '"cache"'
    return response


@signed_in
def home(request: StaffRequest) -> HttpResponse:
    """Lead to the page this person works on."""
    return HttpResponseRedirect(first_page(request.user))


def _after(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return reverse("accounts:home")
