"""Closing a period step by step, opening it again, and how long periods are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.htmx import polled
from common.journal import idempotent
from settlement.closing.assistant import assistant
from settlement.closing.steps import close_period, reopen_period
from settlement.forms import PeriodKindForm
from settlement.services.periods import first_free_day, set_period_kind
from settlement.statements.locking import lock_period
from settlement.statements.selectors import period_kinds
from settlement.views.statements import called
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.STATEMENT_VIEW)
@require_GET
def closing_panel(request: StaffRequest, name: str) -> HttpResponse:
    """Answer the page's poll while it is locked or files are made; at the end it loads anew."""
    shown = assistant(period=called(name), actor=request.user)
    part = "_closing_lock" if shown.locking else "_closing_files"
    return polled(
        request,
        shown.stamp,
        lambda: render(request, f"settlement/{part}.html", {"closing": shown}),
        goes_on=shown.makes_files or shown.lock_waits,
    )


@requires(Perm.PERIOD_CLOSE)
@require_POST
@idempotent
def period_lock(request: StaffRequest, name: str) -> HttpResponse:
    """Lock the period when its name was typed, at once or once all statements are current."""
    period = lock_period(
        period_id=called(name).pk, typed=request.POST.get("typed", ""), actor=request.user
    )
    said = _("%(period)s is locked. The PDFs are being made.")
    if period.state == period.State.OPEN:
        said = _("%(period)s is being locked: statements that changed are made anew first.")
    messages.success(request, said % {"period": period})
    return finished(request, "settlement:run-detail", name)


@requires(Perm.PERIOD_CLOSE)
@require_POST
@idempotent
def period_close(request: StaffRequest, name: str) -> HttpResponse:
    """Close the locked period for good."""
    period = close_period(period_id=called(name).pk, actor=request.user)
    messages.success(request, _("%(period)s is closed.") % {"period": period})
    return finished(request, "settlement:run-detail", name)


@requires(Perm.PERIOD_REOPEN)
@require_POST
@idempotent
def period_reopen(request: StaffRequest, name: str) -> HttpResponse:
    """Open the period again, with a reason."""
    period = called(name)
    reopen_period(period_id=period.pk, reason=request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("%(period)s is open again.") % {"period": period})
    return finished(request, "settlement:run-detail", name)


@requires(Perm.PERIOD_CLOSE)
@require_http_methods(["GET", "POST"])
@idempotent
def period_kind(request: StaffRequest) -> HttpResponse:
    """Show how long periods are, and set another length from a day on."""
    form = PeriodKindForm(
        request.POST if request.method == "POST" else None,
        initial={"from_day": first_free_day()},
    )
    if request.method == "POST" and form.is_valid():
        asked: dict[str, Any] = form.cleaned_data
        set_period_kind(kind=asked["kind"], from_day=asked["from_day"], actor=request.user)
        messages.success(request, _("The length of periods is set."))
        return finished(request, "settlement:period-kind")
    context = {"form": form, "kinds": period_kinds(), "free": first_free_day()}
    status = 422 if form.is_bound else 200
    return render(request, "settlement/period_kind.html", context, status=status)
