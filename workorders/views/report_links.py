"""Service reports without an account: the customer's link, and the check behind a paper's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from common.access import open_to_all
from tenants.limits import limit, refuse_at
from workorders.report.checking import checked
from workorders.report.links import LINK_DAYS, Opened, opened_report
from workorders.report.pages import page_of
from workorders.report.shape import read_facts
from workorders.views.reports import sent

if TYPE_CHECKING:
    from django.http import HttpRequest

WRONG_LINKS_PER_HOUR = 120
_WHY = "the customer has no account; the signed address shows one order's report"
_PAPER = "whoever holds the paper may check it; what is shown is masked"


@open_to_all(_WHY)
@never_cache
@require_GET
def report(request: HttpRequest, token: str) -> HttpResponse:
    """Show the customer what was done, with the report to download in both languages."""
    found = _opened(request, token)
    if found.report is None:
        status = 410 if found.is_expired else 404
        why = {"is_expired": found.is_expired, "days": LINK_DAYS}
        return secret(render(request, "workorders/report/gone.html", why, status=status))
    facts = read_facts(found.report.facts)
    context = {
        "report": found.report,
        "facts": facts,
        "page": page_of(facts, {}),
        "token": token,
        "days": LINK_DAYS,
    }
    return secret(render(request, "workorders/report/report.html", context))


@open_to_all(_WHY)
@never_cache
@require_GET
def report_pdf(request: HttpRequest, token: str, language: str) -> HttpResponse:
    """Send the newest version as PDF."""
    found = _opened(request, token).report
    if found is None:
        raise Http404
    return secret(sent(request, found, language))


@open_to_all(_PAPER)
@never_cache
@require_GET
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is true of a paper: what it must show, and whether a later version replaced it."""
    found = checked(token)
    if found is None:
        raise Http404
    return secret(render(request, "workorders/report/verify.html", {"found": found}))


def _opened(request: HttpRequest, token: str) -> Opened:
    """Open a link; only links that lead nowhere count against an address."""
    address = request.META["REMOTE_ADDR"]
    refuse_at("report", address, most=WRONG_LINKS_PER_HOUR)
    found = opened_report(token)
    if found.report is None and not found.is_expired:
        limit("report", address, most=WRONG_LINKS_PER_HOUR, period_s=3600)
    return found


def secret(response: HttpResponse) -> HttpResponse:
    """The address is a secret: no search engine keeps it, no other site learns it from a link."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
