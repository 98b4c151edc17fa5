"""An installer's money on the phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common import clock
from common.access import Perm, requires
from common.htmx import POLL_ENDS, unless_unchanged
from settlement.adjustments.selectors import posted_for
from settlement.balance_jobs import balance_rows, shown_rows
from settlement.earnings import day_total, earned_by, next_job, own_order, problem_of
from settlement.months import money_stamp, month_of, own_balances
from settlement.progress.selectors import next_steps
from settlement.recompute.concerned import corrections_of, own_differences, recent_runs
from settlement.recompute.selectors import run_by_id
from settlement.releases.selectors import due_days
from settlement.statements.debts import debts_from, own_debts
from workorders.requests import is_htmx

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from accounts.models import Installer
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest

PER_PAGE = 30


@requires(Perm.EARNINGS_VIEW)
@require_GET
def job(request: StaffRequest, number: str) -> HttpResponse:
    """Show what a job earned. While it is not settled, polls get 204; then the page, once.

    `?slip=` shows one of its earlier slips, as it was before the money was computed again.
    """
    installer = _installer(request)
    order = own_order(installer=installer, number=number)
    if order is None:
        raise Http404
    if "slip" in request.GET:
        return _earlier(request, order, installer, request.GET["slip"])
    context = _job_context(order, installer)
    if not is_htmx(request):
        return render(request, "settlement/phone/job.html", context)
    if not context["earned"] and not context["problem"]:
        return HttpResponse(status=204)
    answer = render(request, "settlement/phone/_job.html", context, status=POLL_ENDS)
    if context["earned"] and "go" in request.GET:
        answer["HX-Redirect"] = request.path
    return answer


@requires(Perm.EARNINGS_VIEW)
@require_GET
def earnings(request: StaffRequest) -> HttpResponse:
    """Show a month: weeks, balances and jobs; polls get it when money has moved."""
    installer = _installer(request)
    stamp = money_stamp(installer)
    name = "_earnings" if is_htmx(request) else "earnings"
    return unless_unchanged(
        request,
        stamp,
        lambda: render(
            request, f"settlement/phone/{name}.html", _month_context(request, installer, stamp)
        ),
    )


@requires(Perm.EARNINGS_VIEW)
@require_GET
def recomputed(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what one posted recompute changed of the installer's own orders."""
    rows = own_differences(pk, _installer(request))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if not page.object_list:
        raise Http404
    context = {"run": run_by_id(pk), "page": page}
    return render(request, "settlement/phone/recomputed.html", context)


@requires(Perm.EARNINGS_VIEW)
@require_GET
def balance(request: StaffRequest, kind: str) -> HttpResponse:
    """Show the jobs one balance is made of."""
    installer = _installer(request)
    found = next((each for each in own_balances(installer) if each.kind == kind), None)
    if found is None:
        raise Http404
    rows = balance_rows(installer=installer, kind=kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "balance": found,
        "page": page,
        "jobs": shown_rows(list(page.object_list), installer=installer, kind=kind),
    }
    return render(request, "settlement/phone/balance.html", context)


def done_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """The finished visit's page shows what it earned, or waits for it."""
    installer: Installer | None = getattr(request.user, "installer", None)
    earned = earned_by(order, installer) if installer else None
    context = {
        "order": order,
        "earned": earned,
        "problem": problem_of(order),
        "corrections": corrections_of(order, installer)[:1] if installer and earned else [],
    }
    return render_to_string("settlement/phone/_done_panel.html", context, request)


def _month_context(request: StaffRequest, installer: Installer, stamp: str) -> dict[str, object]:
    first = _month(request.GET.get("month", ""))
    week = _week(request.GET.get("week", ""))
    month = month_of(installer=installer, first=first, week=week)
    page = Paginator(month.jobs, PER_PAGE).get_page(request.GET.get("page"))
    asked = {"month": f"{first:%Y-%m}", "week": week or "", "page": page.number}
    return {
        "month": month,
        "page": page,
        "steps": next_steps(installer),
        "due": due_days(installer),
        "debts": own_debts(installer),
        "recomputed": recent_runs(installer),
        "stamp": stamp,
        "shown": urlencode(asked),
    }


def _earlier(
    request: StaffRequest, order: WorkOrder, installer: Installer, slip: str
) -> HttpResponse:
    """An earlier slip of a job, read only."""
    is_number = slip.isascii() and slip.isdecimal() and len(slip) < 19
    earned = earned_by(order, installer, slip=int(slip)) if is_number else None
    if earned is None:
        raise Http404
    context = {"order": order, "earned": earned}
    return render(request, "settlement/phone/earlier_slip.html", context)


def _job_context(order: WorkOrder, installer: Installer) -> dict[str, object]:
    earned = earned_by(order, installer)
    corrections = corrections_of(order, installer)
    problem = _("You have no part of this job any more") if corrections else problem_of(order)
    day = clock.business_day(order.completed_at)
    return {
        "order": order,
        "earned": earned,
        "corrections": corrections,
        "adjustments": posted_for(order=order, installer=installer),
        "debts": debts_from(earned.settlement) if earned else [],
        "problem": "" if earned else problem,
        "today": day_total(installer=installer, day=day),
        "next": next_job(installer=installer, after=order),
    }


def _installer(request: StaffRequest) -> Installer:
    installer: Installer | None = getattr(request.user, "installer", None)
    if installer is None:
        raise Http404
    return installer


def _month(text: str) -> date:
    """The first day of a month such as 2026-11; anything else is this month."""
    today = clock.business_day()
    try:
        year, month = text.split("-")
        first = date(int(year), int(month), 1)
    except ValueError:
        return today.replace(day=1)
    return first if 2000 <= first.year <= today.year else today.replace(day=1)


def _week(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= day.year <= clock.business_day().year:
        return None
    return day - timedelta(days=day.weekday())
