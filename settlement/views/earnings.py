"""An installer's money on the phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from common import clock
from common.access import Perm, requires
from common.htmx import POLL_ENDS
from settlement.adjustments.selectors import posted_for
from settlement.earnings import day_total, earned_by, next_job, own_order, problem_of
from settlement.months import balance_jobs, month_of, own_balances
from settlement.progress.selectors import next_steps
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
    """Show what a job earned. While it is not settled, polls get 204; then the page, once."""
    installer = _installer(request)
    order = own_order(installer=installer, number=number)
    if order is None:
        raise Http404
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
    """Show a month: weeks, balances and jobs."""
    installer = _installer(request)
    first = _month(request.GET.get("month", ""))
    month = month_of(installer=installer, first=first, week=_week(request.GET.get("week", "")))
    page = Paginator(month.jobs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "month": month,
        "page": page,
        "steps": next_steps(installer),
        "due": due_days(installer),
        "debts": own_debts(installer),
    }
    return render(request, "settlement/phone/earnings.html", context)


@requires(Perm.EARNINGS_VIEW)
@require_GET
def balance(request: StaffRequest, kind: str) -> HttpResponse:
    """Show the jobs one balance is made of."""
    installer = _installer(request)
    found = next((each for each in own_balances(installer) if each.kind == kind), None)
    if found is None:
        raise Http404
    jobs = balance_jobs(installer=installer, kind=kind)
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "settlement/phone/balance.html", {"balance": found, "page": page})


def done_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """The finished visit's page shows what it earned, or waits for it."""
    installer: Installer | None = getattr(request.user, "installer", None)
    earned = earned_by(order, installer) if installer else None
    context = {"order": order, "earned": earned, "problem": problem_of(order)}
    return render_to_string("settlement/phone/_done_panel.html", context, request)


def _job_context(order: WorkOrder, installer: Installer) -> dict[str, object]:
    earned = earned_by(order, installer)
    day = clock.business_day(order.completed_at)
    return {
        "order": order,
        "earned": earned,
        "adjustments": posted_for(order=order, installer=installer),
        "debts": debts_from(earned.settlement) if earned else [],
        "problem": "" if earned else problem_of(order),
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
