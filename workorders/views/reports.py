"""Service reports for those who may see their work order: downloaded, or made when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires, signed_in
from common.journal import idempotent
from workorders.report.news import news_since_report
from workorders.report.prints import kept_print
from workorders.report.versions import reports_of
from workorders.requests import finished
from workorders.selectors import own_work_orders, visible_work_orders
from workorders.services.reports import make_report, want_print

if TYPE_CHECKING:
    from django.http import HttpRequest

    from workorders.models import ServiceReport
    from workorders.requests import StaffRequest

LANGUAGES = {"zh": "zh-hans", "en": "en"}
"""What stands in an address for a language."""


@signed_in
@require_GET
def report_file(request: StaffRequest, number: str, version: int, language: str) -> HttpResponse:
    """Send one version of a report in a language, or have it printed and look again."""
    order = get_object_or_404(visible_work_orders(actor=request.user), number=number)
    report = get_object_or_404(reports_of(order), version=version)
    return sent(request, report, language)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def report_make(request: StaffRequest, number: str) -> HttpResponse:
    """Freeze the report of an order that has none yet, or was corrected."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    make_report(order_id=order.pk, actor=request.user)
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_EDIT)
@require_GET
def report_state(request: StaffRequest, number: str) -> HttpResponse:
    """Say whether the report still says what is on record; with a button where it does not."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    context = {"number": number, "changes": news_since_report(order)}
    return render(request, "workorders/_report_state.html", context)


def sent(request: HttpRequest, report: ServiceReport, language: str) -> HttpResponse:
    """Answer with the PDF; while it is made with a page that looks again by itself (202)."""
    code = LANGUAGES.get(language)
    if code is None:
        raise Http404
    number = report.work_order.number
    content = kept_print(report, code)
    if content is None:
        want_print(report=report, language=code)
        waiting = render(request, "workorders/report/making.html", {"number": number}, status=202)
        waiting["Refresh"] = "3"
        return waiting
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"{number}-v{report.version}-{language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
