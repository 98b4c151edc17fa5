"""Keeps a phone that came by a contractor's link at the orders of its links."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import Gone, Refused
from common.refusals import refusal_response
from dispatch.contractors.links import State, links_by_number, why_not
from dispatch.contractors.opening import is_here, opened_here
from dispatch.contractors.words import gone_words
from dispatch.models import ContractorLink

if TYPE_CHECKING:
    from django.http import HttpRequest

_OF_THE_ORDER = ("workorders-phone", "settlement-phone")
_BESIDE = frozenset(
    {
        "workorders-phone:worker",
        "workorders:evidence-file",
        "workorders:example-file",
        "dispatch-contractor:open",
        "accounts:sign-out",
        "set_language",
    }
)
"""What a visit fetches beside its own pages; the files of other people's orders stay shut there."""


class ContractorMiddleware:
    """Lets a contractor see the orders of their live links and no other page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer for pages that are not the contractor's; None lets the view answer."""
        if not hasattr(request, "session"):
            return None
        links = opened_here(request)
        if not links or not request.user.is_authenticated:
            return None
        request.kq_one_order = True  # type: ignore[attr-defined]  # read by the frame of the page
        match = request.resolver_match
        if match is None or match.view_name in _BESIDE:
            return None
        pks = [int(pk) for pk in links]
        number = str(kwargs.get("number", ""))
        found = links_by_number(pks, number) if match.namespace in _OF_THE_ORDER else None
        if found is None:
            return _back(request, pks)
        why = why_not(found) or ("" if is_here(request, found) else "elsewhere")
        # What was taken away says so itself, with the reason, and tells the phone's queue.
        return None if why in ("", State.MOVED) else _gone(request, found, why)


def _back(request: HttpRequest, pks: list[int]) -> HttpResponse:
    newest = ContractorLink.objects.filter(pk__in=pks).select_related("work_order").last()
    if request.method != "GET" or newest is None:
        words = _("Only the work order of the link can be opened here")
        return refusal_response(request, Refused("contractor.elsewhere", words))
    return HttpResponseRedirect(reverse("workorders-phone:job", args=[newest.work_order.number]))


def _gone(request: HttpRequest, link: ContractorLink, why: str) -> HttpResponse:
    words = gone_words(why)
    is_page = request.method == "GET" and "HX-Request" not in request.headers
    if not is_page or "X-Outbox" in request.headers:
        return refusal_response(request, Gone(f"contractor.{why}", words))
    context = {"words": words, "outlet": link.installer.outlet}
    return render(request, "dispatch/contractor/gone.html", context, status=410)
