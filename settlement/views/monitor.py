"""The rule-hit monitor: a version's rows, the orders of one row, the answer to an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from common.access import Perm, requires
from common.journal import idempotent
from settlement.monitor.alarms import answer_alarm
from settlement.monitor.forms import AlarmAnswerForm
from settlement.monitor.page import alarm_title, alarm_words, monitor_of
from settlement.monitor.selectors import alarm_by_id, hit_settlements
from settlement.rule_sheets import version_by_id

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 50


@requires(Perm.RULES_VIEW)
@require_GET
def monitor_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how often each row fires, against what was foreseen."""
    version = version_by_id(pk)
    if version is None:
        raise Http404
    return render(request, "settlement/monitor/version.html", {"monitor": monitor_of(version)})


@requires(Perm.RULES_VIEW)
@require_GET
def monitor_row(request: StaffRequest, pk: int) -> HttpResponse:
    """List the orders one row fired in, as far as this person may see them."""
    version = version_by_id(pk)
    key = request.GET.get("code", ""), request.GET.get("rule", "")
    if version is None or not key[0]:
        raise Http404
    found = hit_settlements(version=version, key=key, actor=request.user)
    monitor = monitor_of(version, only=key)
    context = {
        "monitor": monitor,
        "row": monitor.rows[0],
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "settlement/monitor/row.html", context)


@requires(Perm.RULES_EDIT)
@require_http_methods(["GET", "POST"])
@idempotent
def alarm_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask and record what an alarm turned out to be; only headquarters answers."""
    alarm = alarm_by_id(pk)
    if alarm is None:
        raise Http404
    form = AlarmAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_alarm(alarm_id=alarm.pk, actor=request.user, **form.cleaned_data)
        return redirect("settlement:monitor-detail", alarm.version_id)
    context = {
        "alarm": alarm,
        "title": alarm_title(alarm),
        "words": alarm_words(alarm),
        "form": form,
        "may_answer": request.user.sees_everything,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "settlement/monitor/alarm.html", context, status=status)
