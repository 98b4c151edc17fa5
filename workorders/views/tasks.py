"""The tasks of departments: done on the order's page, listed for whoever has to do them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from workorders.flow_versions import flow_of
from workorders.forms.moving import TaskForm
from workorders.forms.typed_answers import typed_answers
from workorders.lanes import lanes
from workorders.requests import finished
from workorders.selectors import own_work_orders
from workorders.services.filling import add_form_pictures, fill_form
from workorders.services.tasks import finish_task, reopen_task, undone_task
from workorders.stage_forms import open_form
from workorders.waiting import waiting_for

if TYPE_CHECKING:
    from workorders.models import StageTask, WorkOrder
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_MOVE)
@require_GET
def task_list(request: StaffRequest) -> HttpResponse:
    """Show what waits for the reader: tasks of their role, and ways that need their yes."""
    context = {"page": waiting_for(actor=request.user)}
    return render(request, "workorders/task_list.html", context)


@requires(Perm.ORDER_MOVE)
@require_POST
@idempotent
def task_finish(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Fill in the task's form, if it has one, and mark it done: both or neither."""
    order = _order(request, number)
    task = undone_task(order, pk, request.user)
    note = TaskForm(request.POST)
    is_good = note.is_valid()
    if task.form and not _fill(request, order, task):
        is_good = False
    if not is_good:
        found = lanes(order, actor=request.user, may_act=True, typed={task.pk: request.POST})
        context = {"lanes": found, "order": order}
        return render(request, "workorders/_lanes.html", context, status=422)
    said = note.cleaned_data["note"]
    finish_task(order_id=order.pk, task_id=pk, actor=request.user, note=said)
    messages.success(request, _("Task done: %(task)s") % {"task": task.name})
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_MOVE)
@require_POST
@idempotent
def task_reopen(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Take back that a task is done."""
    order = _order(request, number)
    task = reopen_task(order_id=order.pk, task_id=pk, actor=request.user)
    messages.success(request, _("Task taken up again: %(task)s") % {"task": task.name})
    return finished(request, "workorders:order-detail", number)


def _fill(request: StaffRequest, order: WorkOrder, task: StageTask) -> bool:
    """Keep what was typed and sent; pictures also where an answer is wrong."""
    asked = flow_of(order).form(task.form)
    if asked is None:
        return True
    uploads = {
        field.key: request.FILES.getlist(f"{asked.key}-{field.key}") for field in asked.fields
    }
    me = request.user
    add_form_pictures(
        order_id=order.pk, form_key=asked.key, uploads=uploads, actor=me, task_id=task.pk
    )
    if not open_form(order, asked, None, typed=request.POST).page_form.is_valid():
        return False
    given = typed_answers(asked, request.POST)
    fill_form(order_id=order.pk, form_key=asked.key, given=given, actor=me, task_id=task.pk)
    return True


def _order(request: StaffRequest, number: str) -> WorkOrder:
    return get_object_or_404(own_work_orders(actor=request.user), number=number)
