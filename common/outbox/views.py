"""The screen for failed tasks."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.outbox.selectors import failed_rows, failed_topics
from common.outbox.services import retry_task, retry_tasks, skip_task

PAGE_SIZE = 50


@requires(Perm.TASK_MANAGE)
@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """List dead and overdue rows with error, age and number of starts."""
    topic = request.GET.get("topic", "")
    page = Paginator(failed_rows(topic=topic), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "topic": topic, "topics": failed_topics()}
    return render(request, "outbox/task_list.html", context)


@requires(Perm.TASK_MANAGE)
@require_POST
def task_retry(request: HttpRequest, row_id: int) -> HttpResponse:
    """Give a failed task three new starts."""
    row = get_object_or_404(failed_rows(), pk=row_id)
    retry_task(row_id=row.pk, actor=request.user)
    messages.success(request, _("The task starts again."))
    return redirect("outbox:task-list")


@requires(Perm.TASK_MANAGE)
@require_POST
def tasks_retry(request: HttpRequest) -> HttpResponse:
    """Give all failed tasks the list showed three new starts."""
    count = retry_tasks(topic=request.POST.get("topic", ""), actor=request.user)
    words = ngettext("%(count)d task starts again.", "%(count)d tasks start again.", count)
    messages.success(request, words % {"count": count})
    return redirect("outbox:task-list")


@requires(Perm.TASK_MANAGE)
@require_POST
def task_skip(request: HttpRequest, row_id: int) -> HttpResponse:
    """Close a failed task without running it."""
    row = get_object_or_404(failed_rows(), pk=row_id)
    skip_task(row_id=row.pk, actor=request.user)
    messages.success(request, _("The task was skipped."))
    return redirect("outbox:task-list")
