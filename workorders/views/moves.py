"""Moving running orders to another version of their flow: map, preview, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access import Perm, allowed, requires
from common.htmx import POLL_ENDS
from workorders.flow_moves import (
    flow_moves,
    flow_versions,
    move_preview,
    targets_of,
    versions_in_use,
)
from workorders.forms.moves import StageMapForm
from workorders.requests import is_htmx
from workorders.services.moving import cancel_move, start_move

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

_LISTED = 30


@requires(Perm.FLOW_VIEW)
@require_safe
def move_list(request: StaffRequest) -> HttpResponse:
    """Show which versions running orders follow, and the moves there were."""
    context = {
        "used": versions_in_use(),
        "moves": flow_moves()[:_LISTED],
        "may_move": allowed(request.user, Perm.FLOW_DESIGN),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "workorders/move_list.html", context)


@requires(Perm.FLOW_DESIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def move_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Show where the orders of a version would go and which would stick; `start` begins the move."""
    old = get_object_or_404(flow_versions(), pk=pk)
    targets = targets_of(old)
    asked = request.POST.get("to") or request.GET.get("to") or ""
    new = next((each for each in targets if str(each.pk) == asked), targets[0] if targets else None)
    context: dict[str, Any] = {
        "old": old,
        "new": new,
        "targets": targets,
        "crumbs": [_list_crumb()],
    }
    if new is None:
        return render(request, "workorders/move_start.html", context)
    # Another target has other stages: what was chosen for the one before means nothing there.
    same = request.POST.get("shown", "") == str(new.pk)
    form = StageMapForm(
        request.POST if request.method == "POST" and same else None, old=old, new=new
    )
    valid = not form.is_bound or form.is_valid()
    if request.method == "POST" and same and valid and "start" in request.POST:
        move = start_move(old=old, new=new, stages=form.stages(), actor=request.user)
        return redirect("workorders:move-detail", move.pk)
    rows = move_preview(old, new, form.stages())
    context |= {
        "form": form,
        "rows": [(row, form[f"stage_{row.stage.key}"]) for row in rows],
        "moved": sum(row.orders for row in rows if not row.left),
        "stuck": sum(row.stuck for row in rows),
    }
    return render(request, "workorders/move_start.html", context, status=200 if valid else 422)


@requires(Perm.FLOW_VIEW)
@require_safe
def move_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a move is; its poll ends with it."""
    move = get_object_or_404(flow_moves(), pk=pk)
    seen = move.moved + move.left
    context = {
        "move": move,
        "seen": seen,
        "share_bp": min(10_000, 10_000 * seen // max(1, move.total)) if move.total else 10_000,
        "may_move": allowed(request.user, Perm.FLOW_DESIGN),
        "crumbs": [_list_crumb()],
    }
    if not is_htmx(request):
        return render(request, "workorders/move_detail.html", context)
    status = 200 if move.state == move.State.RUNNING else POLL_ENDS
    return render(request, "workorders/_move_progress.html", context, status=status)


@requires(Perm.FLOW_DESIGN)
@require_POST
def move_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop a move; what was moved stays moved."""
    get_object_or_404(flow_moves(), pk=pk)
    cancel_move(move_id=pk, actor=request.user)
    messages.success(request, _("Stopped: the orders not moved yet keep their version"))
    return redirect("workorders:move-detail", pk)


def _list_crumb() -> dict[str, str]:
    return {"url": reverse("workorders:move-list"), "label": _("Running orders and versions")}
