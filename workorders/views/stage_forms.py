"""Forms of a flow at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.access import Perm, requires
from common.journal import idempotent
from workorders.flow_versions import flow_of
from workorders.forms.typed_answers import typed_answers
from workorders.requests import finished
from workorders.selectors import own_work_orders
from workorders.services.filling import add_form_pictures, fill_form
from workorders.stage_forms import open_form

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_MOVE)
@require_POST
@idempotent
def stage_form_fill(request: StaffRequest, number: str, form: str) -> HttpResponse:
    """Keep what was typed and the pictures sent with it; what is wrong is said beside its field.

    Pictures are kept even where an answer is wrong: a browser cannot send them a second time.
    """
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    asked = flow_of(order).form(form)
    if asked is None:
        raise Http404
    uploads = {
        field.key: request.FILES.getlist(f"{asked.key}-{field.key}") for field in asked.fields
    }
    add_form_pictures(order_id=order.pk, form_key=form, uploads=uploads, actor=request.user)
    shown = open_form(order, asked, None, typed=request.POST)
    if not shown.page_form.is_valid():
        context = {"open_form": shown, "order": order}
        return render(request, "workorders/_stage_form.html", context, status=422)
    fill_form(
        order_id=order.pk,
        form_key=form,
        given=typed_answers(asked, request.POST),
        actor=request.user,
    )
    messages.success(request, _("“%(form)s” was saved.") % {"form": asked.name})
    return finished(request, "workorders:order-detail", number)
