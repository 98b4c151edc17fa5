"""The bell of the desk: how many notices wait, the list of them, and that they were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires, signed_in
from common.htmx import unless_unchanged
from workorders.requests import finished
from workorders.services.staff_notices import mark_staff_notices_seen
from workorders.staff_notices import newest, place_of, unseen_count

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_VIEW)
@require_GET
def notice_bell(request: StaffRequest) -> HttpResponse:
    """Answer the bell's poll: nothing while the number is the one it shows."""
    count = unseen_count(actor=request.user)
    return unless_unchanged(
        request, str(count), lambda: render(request, "workorders/_bell.html", {"count": count})
    )


@requires(Perm.ORDER_VIEW)
@require_GET
def notice_list(request: StaffRequest) -> HttpResponse:
    """Show the reader's notices, those not seen first."""
    return render(request, "workorders/notice_list.html", {"rows": newest(actor=request.user)})


@signed_in
@require_POST
def staff_notice_seen(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one notice off, and open what it is about when that was asked for."""
    mark_staff_notices_seen(user=request.user, notice_id=pk)
    if request.user.is_installer:
        return redirect("workorders-phone:today")
    about = place_of(pk, actor=request.user) if "open" in request.POST else ""
    if about:
        return finished(request, about)
    return finished(request, "workorders:notice-list")


@requires(Perm.ORDER_VIEW)
@require_POST
def notices_seen(request: StaffRequest) -> HttpResponse:
    """Take all notices of the reader off."""
    mark_staff_notices_seen(user=request.user)
    return finished(request, "workorders:notice-list")
