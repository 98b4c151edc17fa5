"""The gallery of the library's flows, and one of them to look at and copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, requires
from common.journal import idempotent
from network.requests import posted
from workorders.flow_gallery import cards_for, flow_cards, library_flow, trades
from workorders.flow_library import blocks
from workorders.flow_list import flows_shown
from workorders.forms.flow_copy import FlowCopyForm
from workorders.requests import finished
from workorders.services.flow_drafts import draft_from_library

if TYPE_CHECKING:
    from workorders.flow_gallery import FlowCard
    from workorders.requests import StaffRequest


@requires(Perm.FLOW_VIEW)
@require_safe
def flow_gallery(request: StaffRequest) -> HttpResponse:
    """Show the library's flows by trade."""
    trade, words = request.GET.get("trade", ""), request.GET.get("q", "")
    context = {
        "cards": cards_for(trade=trade, words=words),
        "trades": trades(),
        "trade": trade,
        "words": words,
        "total": len(flow_cards()),
        "block_count": len(blocks()),
        "crumbs": [_list_crumb()],
    }
    return render(request, "workorders/flows/gallery.html", context)


@requires(Perm.FLOW_VIEW)
@require_safe
def flow_preview(request: StaffRequest, key: str) -> HttpResponse:
    """Show a flow of the library; whoever designs flows may copy it."""
    return _preview(request, key)


@requires(Perm.FLOW_DESIGN)
@require_POST
@idempotent(required=True)
def flow_copy(request: StaffRequest, key: str) -> HttpResponse:
    """Copy a flow of the library into a draft."""
    form = _copy_form(request, _card(key))
    if not form.is_valid():
        return _preview(request, key, form)
    draft = draft_from_library(recipe=key, actor=request.user, **form.cleaned_data)
    return finished(request, "workorders:flow-draft", draft.pk)


def _preview(request: StaffRequest, key: str, form: FlowCopyForm | None = None) -> HttpResponse:
    card = _card(key)
    context = {
        "card": card,
        "flow": library_flow(key),
        "form": form or _copy_form(request, card),
        "may_design": request.user.has(Perm.FLOW_DESIGN),
        "crumbs": [
            _list_crumb(),
            {"url": reverse("workorders:flow-gallery"), "label": _("Library of flows")},
        ],
    }
    status = 422 if form else 200
    return render(request, "workorders/flows/preview.html", context, status=status)


def _card(key: str) -> FlowCard:
    card = next((card for card in flow_cards() if card.key == key), None)
    if card is None:
        raise Http404
    return card


def _copy_form(request: StaffRequest, card: FlowCard) -> FlowCopyForm:
    flows = [(shown.key, _next_of(shown.name)) for shown in flows_shown() if shown.newest]
    return FlowCopyForm(posted(request), flows=flows, initial={"name": card.name})


def _next_of(name: str) -> str:
    return _("The next version of %(name)s") % {"name": name}


def _list_crumb() -> dict[str, str]:
    return {"url": reverse("workorders:flow-list"), "label": _("Flows")}
