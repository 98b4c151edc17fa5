"""Requests for leave at the desk: with the visits of those days, approved or declined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from dispatch.forms_leave import LeaveAnswerForm
from dispatch.rosters.leave_desk import leave_desk
from dispatch.rosters.leave_reading import visible_leave_requests
from dispatch.rosters.leaving import decide_leave
from network.requests import finished

if TYPE_CHECKING:
    from accounts.requests import StaffRequest


@requires(Perm.ROSTER_MANAGE)
@require_GET
def leave_list(request: StaffRequest) -> HttpResponse:
    """Show what waits for an answer, with the visits of those days, and what was answered last."""
    context = {
        "desk": leave_desk(actor=request.user),
        "crumbs": [{"url": reverse("dispatch:roster"), "label": _("Roster")}],
    }
    return render(request, "dispatch/leave_list.html", context)


@requires(Perm.ROSTER_MANAGE)
@require_POST
@idempotent
def leave_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve or decline a request."""
    asked = get_object_or_404(visible_leave_requests(actor=request.user), pk=pk)
    said: dict[str, Any] = LeaveAnswerForm(request.POST).checked()
    decide_leave(
        request_id=asked.pk,
        approve=said["answer"] == "yes",
        answer=said["why"],
        seen_visits=said["seen"],
        actor=request.user,
    )
    messages.success(request, _("Answered; %(name)s is told") % {"name": asked.installer})
    return finished(request, "dispatch:leave-list")
