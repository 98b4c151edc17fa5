"""What the phone's queue posts of a flow's forms; answers as `phone_posts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.http import require_POST

from common.access import Perm, requires
from common.journal import idempotent
from workorders.flow_versions import flow_of
from workorders.forms.phone import SignatureForm
from workorders.forms.typed_answers import typed_answers
from workorders.selectors import work_order_by_id
from workorders.services.filling import fill_form, sign_form
from workorders.services.late_entries import take_late_form, take_late_signature
from workorders.views.phone_posts import kept_late, late_visit, own_visit, taken

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workorders.requests import StaffRequest


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def form_fill(request: StaffRequest, number: str, form: str) -> HttpResponse:
    """Keep the answers to a form."""
    late = late_visit(request, number)
    order = own_visit(request, number) if late is None else work_order_by_id(late.order_id)
    asked = flow_of(order).form(form)
    if asked is None:
        raise Http404
    given = typed_answers(asked, request.POST)
    if late is not None:
        return kept_late(take_late_form(work=late, form=asked, given=given))
    fill_form(order_id=order.pk, form_key=form, given=given, actor=request.user)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def form_sign(request: StaffRequest, number: str, form: str) -> HttpResponse:
    """Keep a signature asked for by a form."""
    late = late_visit(request, number)
    order = own_visit(request, number) if late is None else work_order_by_id(late.order_id)
    drawn = SignatureForm(request.POST, request.FILES)
    said, field = drawn.checked(), request.POST.get("field", "")
    if late is not None:
        return kept_late(
            take_late_signature(
                work=late,
                upload=said["signature"],
                signer=drawn.signer_said(),
                form=form,
                field=field,
            )
        )
    sign_form(
        order_id=order.pk,
        form_key=form,
        field_key=field,
        upload=said["signature"],
        actor=request.user,
        signer=drawn.signer_said(),
    )
    return taken(order)
