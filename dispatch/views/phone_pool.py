"""The grab pool on the installer's phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import unless_unchanged
from common.journal import idempotent
from dispatch.phone_offers import offer_cards
from dispatch.selectors import offer_for
from dispatch.services.claims import claim

if TYPE_CHECKING:
    from accounts.models import Installer
    from accounts.requests import StaffRequest

_FAR = "offers_far"


@requires(Perm.OFFER_CLAIM)
@require_GET
def pool(request: StaffRequest) -> HttpResponse:
    """What this installer may claim; a poll gets the list alone, or 204 when nothing moved.

    How wide the circle is, once chosen, is remembered while they are signed in.
    """
    asked = request.GET.get("far", "")
    far = asked == "1" if asked in ("0", "1") else bool(request.session.get(_FAR))
    if asked in ("0", "1") and bool(request.session.get(_FAR)) != far:
        request.session[_FAR] = far
    offers = offer_cards(installer=_installer(request), far=far)
    if request.headers.get("HX-Request"):
        return unless_unchanged(
            request,
            offers.stamp,
            lambda: render(request, "dispatch/_offers.html", {"offers": offers}),
        )
    return render(request, "dispatch/phone_pool.html", {"offers": offers})


@requires(Perm.OFFER_CLAIM)
@require_POST
@idempotent(required=True)
def offer_claim(request: StaffRequest, offer_id: int) -> HttpResponse:
    """Take the job, or read who was faster."""
    installer = _installer(request)
    offer = offer_for(installer=installer, offer_id=offer_id)
    if offer is None:
        raise Http404
    won = claim(offer_id=offer.pk, installer=installer, actor=request.user)
    return render(request, "dispatch/_offer_won.html", {"offer": offer, "won": won})


def _installer(request: StaffRequest) -> Installer:
    found: Installer | None = getattr(request.user, "installer", None)
    if found is None:
        raise Http404
    return found
