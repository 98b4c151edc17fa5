"""Pages for whoever stands before an appliance: its sticker, and a request for repair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.access import open_to_all
from common.journal import idempotent
from common.refusals import refused_at
from common.schema import current_schema
from common.signing import sign, unsign
from tenants.limits import limit
from workorders.forms.request import RequestForm
from workorders.request_door import request_door
from workorders.selectors import visible_work_orders
from workorders.services.requests import MOST_PHOTOS, request_repair
from workorders.stickers import job_at, past_of, read_sticker

if TYPE_CHECKING:
    from django.http import HttpRequest

    from workorders.stickers import Sticker

REQUESTS_PER_HOUR, REQUESTS_PER_PHONE_A_DAY, REQUESTS_OF_ALL_PER_HOUR = 10, 5, 200
_DONE = "repair-done"
_WHY = "customers have no account; what they send is limited by network address and phone"
_STICKER = "whoever scans a sticker; without an account it leads to a request for repair"


@open_to_all(_STICKER)
@never_cache
@require_GET
def sticker(request: HttpRequest, token: str) -> HttpResponse:
    """Lead an installer to the job or the past of the place, a desk to the order, others to a request."""
    found = read_sticker(token)
    if found is None:
        raise Http404
    user = request.user
    if not user.is_authenticated:
        return redirect("workorders-public:repair-about", token)
    if not user.is_installer:
        seen = visible_work_orders(actor=user).filter(pk=found.order_id).exists()
        if not seen:
            raise Http404
        return redirect("workorders:order-detail", found.number)
    job = job_at(found, actor=user)
    if job is None:
        context = {"token": token, "may_ask": request_door().is_open}
        return render(request, "workorders/public/not_yours.html", context, status=404)
    if job.pk == found.order_id and job.is_open:
        return redirect("workorders-phone:job", job.number)
    return render(request, "workorders/public/past.html", {"past": past_of(found), "job": job})


@open_to_all(_WHY)
@never_cache
@require_http_methods(["GET", "POST"])
@idempotent
def repair(request: HttpRequest, token: str = "") -> HttpResponse:
    """Take a request for repair; `token` is that of a sticker."""
    about = read_sticker(token) if token else None
    if token and about is None:
        raise Http404
    door = request_door()
    if not door.is_open:
        context = {"hint": door.hint}
        return render(request, "workorders/public/repair_closed.html", context, status=410)
    if request.method == "GET":
        return _form(request, RequestForm(sticker=about), about)
    form = RequestForm(request.POST, sticker=about)
    if not form.is_valid():
        return _form(request, form, about, status=422)
    limit("repair", request.META["REMOTE_ADDR"], most=REQUESTS_PER_HOUR, period_s=3600)
    if form.is_from_a_machine:
        return redirect("workorders-public:repair-done", sign(_DONE, ""))
    _limit_phone(form.cleaned_data["phone"])
    with refused_at(form) as attempt:
        order = request_repair(asked=form.asked(), photos=request.FILES.getlist("photos"))
    if not attempt.went_well:
        return _form(request, form, about, status=attempt.status)
    return redirect("workorders-public:repair-done", sign(_DONE, order.number))


@open_to_all(_WHY)
@never_cache
@require_GET
def repair_done(request: HttpRequest, token: str) -> HttpResponse:
    """Say that the request was taken, and under which number."""
    try:
        number = unsign(_DONE, token, max_age_s=86_400)
    except BadSignature as wrong:
        raise Http404 from wrong
    return render(request, "workorders/public/repair_done.html", {"number": number})


def _form(
    request: HttpRequest, form: RequestForm, about: Sticker | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "about": about, "most_photos": MOST_PHOTOS}
    return render(request, "workorders/public/repair.html", context, status=status)


def _limit_phone(phone: str) -> None:
    schema = current_schema()
    day, hour = 86_400, 3600
    limit("repair-phone", f"{schema}:{phone}", most=REQUESTS_PER_PHONE_A_DAY, period_s=day)
    limit("repair-company", schema, most=REQUESTS_OF_ALL_PER_HOUR, period_s=hour)
