"""Suggested prices from what orders brought and took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, allowed, requires
from common.journal import idempotent
from settlement.suggestions.drafting import draft_suggested
from settlement.suggestions.limits import MOST_RAISE_BP, PERIOD_DAYS
from settlement.suggestions.page import suggestion_rows
from settlement.suggestions.reckoning import LEAST_ORDERS
from settlement.suggestions.selectors import suggestion_of, suggestions_shown
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.DASHBOARD_BOSS)
@require_GET
def suggestion_list(request: StaffRequest) -> HttpResponse:
    """List services and cities whose price does not fit what they cost, the largest gap first."""
    shown = suggestions_shown(actor=request.user)
    context = {
        "shown": shown,
        "rows": suggestion_rows(shown),
        "days": PERIOD_DAYS,
        "most_bp": MOST_RAISE_BP,
        "least": LEAST_ORDERS,
        "may_price": request.user.has(Perm.CATALOG_OVERRIDE),
        "may_draft": allowed(request.user, Perm.RULES_EDIT),
    }
    return render(request, "settlement/suggestions/list.html", context)


@requires(Perm.RULES_EDIT)
@require_POST
@idempotent(required=True)
def suggestion_draft(request: StaffRequest, pk: int, region_pk: int) -> HttpResponse:
    """Put what installers should get for a service (`pk`) in a city into the city's rule draft."""
    row = suggestion_of(item_id=pk, city_id=region_pk, actor=request.user)
    if row is None:
        raise Http404
    draft = draft_suggested(item=row.item, city=row.city, actor=request.user)
    words = {"item": row.item.name, "city": row.city.name}
    sentence = _(
        "The draft of %(city)s raises what installers get for “%(item)s”, with the reason. It counts"
        " once a second person has approved it."
    )
    messages.success(request, sentence % words)
    return finished(request, "settlement:region-values", draft.rule_set_id, region_pk)
