"""The installer's own week on the phone: when they work, leave, wishes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.access import Perm, requires
from common.journal import idempotent
from dispatch.forms_leave import LeaveAskForm, WishForm
from dispatch.rosters.leave_reading import own_leave_requests
from dispatch.rosters.leaving import ask_for_leave, withdraw_leave
from dispatch.rosters.phone import week_on_phone
from dispatch.rosters.rest import monday_of
from dispatch.rosters.wishing import wish_for
from dispatch.support.reading import own_supports

if TYPE_CHECKING:
    from accounts.models import Installer
    from accounts.requests import StaffRequest

_YEAR = 366


@requires(Perm.ORDER_WORK)
@require_GET
def roster(request: StaffRequest) -> HttpResponse:
    """Show one's own week."""
    today = clock.business_day()
    week = week_on_phone(
        installer=_installer(request), monday=_monday(request.GET.get("week", "")), today=today
    )
    context = {
        "week": week,
        "today": today,
        "form": LeaveAskForm(),
        "supports": list(own_supports(installer=_installer(request))),
    }
    return render(request, "dispatch/phone_roster.html", context)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent
def leave_ask(request: StaffRequest) -> HttpResponse:
    """Ask to be away."""
    said: dict[str, Any] = LeaveAskForm(request.POST).checked()
    ask_for_leave(installer=_installer(request), **said)
    messages.success(request, _("Asked. The answer comes to this phone."))
    return _back(request)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent
def leave_withdraw(request: StaffRequest, request_id: int) -> HttpResponse:
    """Take a request back."""
    installer = _installer(request)
    asked = own_leave_requests(installer=installer).filter(pk=request_id).first()
    if asked is None:
        raise Http404
    withdraw_leave(request_id=asked.pk, installer=installer)
    messages.success(request, _("Taken back"))
    return _back(request)


@requires(Perm.ORDER_WORK)
@require_POST
def wish(request: StaffRequest) -> HttpResponse:
    """Say what one would like on a day."""
    said: dict[str, Any] = WishForm(request.POST).checked()
    wish_for(installer=_installer(request), day=said["day"], wants=said["wants"])
    return _back(request)


def _back(request: StaffRequest) -> HttpResponse:
    monday = _monday(str(request.POST.get("week", "")))
    return redirect(f"{reverse('dispatch-phone:roster')}?week={monday.isoformat()}")


def _monday(written: str) -> date:
    today = clock.business_day()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = today
    return monday_of(day if abs((day - today).days) <= _YEAR else today)


def _installer(request: StaffRequest) -> Installer:
    found: Installer | None = getattr(request.user, "installer", None)
    if found is None:
        raise Http404
    return found
