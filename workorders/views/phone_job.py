"""One visit on the phone, the whole of it on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from common.htmx import POLL_ENDS, unless_unchanged
from common.kept_pages import told_when_unchanged
from common.panels import panels
from workorders.phone_charges import visit_charges
from workorders.phone_days import lost_order
from workorders.phone_jobs import job_of, order_stamp
from workorders.phone_materials import other_materials
from workorders.question_links import question_rows
from workorders.report.cards import report_card
from workorders.selectors import work_order_for_installer

if TYPE_CHECKING:
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_WORK)
@require_GET
@told_when_unchanged
def job(request: StaffRequest, number: str) -> HttpResponse:
    """Show the visit; after the work what it earned; after the order was taken away, why."""
    order = _own_order(request, number)
    if order is None:
        return _lost(request, number, "workorders/phone/job_lost.html", 200)
    found = job_of(order, viewer=request.user.installer)
    charges = visit_charges(order)
    mine = order.installer_id == request.user.installer.pk
    if found.is_complete:
        earned = panels("work-order-phone-done", request, order)
        context = {
            "job": found,
            "panels": earned,
            "charges": charges,
            "may_charge": mine and charges.may_ask,
            "report": report_card(order, with_link=True),
        }
        return render(request, "workorders/phone/job_done.html", context)
    context = {
        "job": found,
        "charges": charges,
        "may_charge": mine,
        "questions": question_rows(order) if mine else [],
        "others": other_materials(found.materials),
        "panels": panels("work-order-phone", request, order),
        "asides": panels("work-order-phone-aside", request, order),
    }
    return render(request, "workorders/phone/job.html", context)


@requires(Perm.ORDER_WORK)
@require_GET
def job_news(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the poll of an open visit: nothing, "changed, look again", or "taken away"."""
    order = _own_order(request, number)
    if order is None:
        return _lost(request, number, "workorders/phone/_job_lost.html", POLL_ENDS)
    stamp = order_stamp(order)
    context = {"number": number, "stamp": stamp, "changed": True}
    return unless_unchanged(
        request, stamp, lambda: render(request, "workorders/phone/_job_news.html", context)
    )


def _own_order(request: StaffRequest, number: str) -> WorkOrder | None:
    installer = getattr(request.user, "installer", None)
    if installer is None:
        raise Http404
    return work_order_for_installer(installer=installer, number=number)


def _lost(request: StaffRequest, number: str, template: str, status: int) -> HttpResponse:
    notice = lost_order(actor=request.user, number=number)
    if notice is None:
        raise Http404
    return render(request, template, {"notice": notice, "number": number}, status=status)
