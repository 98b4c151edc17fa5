"""Filled-in forms over all orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common import clock
from common.access import Perm, allowed, requires
from workorders.answer_export import answer_lines
from workorders.answer_list import answer_page, filtered_answers, form_names, form_questions
from workorders.answer_table import answer_table
from workorders.forms.answer_filter import AnswerFilterForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workorders.requests import StaffRequest


@requires(Perm.ORDER_VIEW)
@require_GET
def answer_list(request: StaffRequest) -> HttpResponse:
    """Show the newest filled-in forms that fit the filters."""
    form = _filters(request)
    asked = request.GET.copy()
    asked.pop("before", None)
    context = {
        "form": form,
        "page": answer_page(actor=request.user, query=form.query()),
        "asked": asked.urlencode(),
        "may_export": allowed(request.user, Perm.ORDER_EXPORT),
    }
    return render(request, "workorders/answer_list.html", context)


@requires(Perm.ORDER_EXPORT)
@require_GET
def answer_export(request: StaffRequest) -> StreamingHttpResponse:
    """Send the forms that fit the filters as CSV, in the scope of whoever asks."""
    found = filtered_answers(actor=request.user, query=_filters(request).query())
    lines = answer_lines(found, answer_table(found))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"forms-{clock.business_day():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _filters(request: StaffRequest) -> AnswerFilterForm:
    names = form_names(actor=request.user)
    name = request.GET.get("form", "")
    questions = form_questions(actor=request.user, form=name) if name in names else []
    return AnswerFilterForm(request.GET, names=names, questions=questions)
