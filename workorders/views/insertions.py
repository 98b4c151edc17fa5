"""One more block in many flows at once: choose, look at what would happen, publish and move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.access import Perm, requires
from network.requests import posted
from workorders.flow_insertions import insertions
from workorders.flow_left_out import left_out
from workorders.forms.moves import InsertionForm
from workorders.services.inserting import insert_for_all

if TYPE_CHECKING:
    from workorders.flow_insertions import Insertion
    from workorders.requests import StaffRequest


@requires(Perm.FLOW_DESIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def insertion(request: StaffRequest) -> HttpResponse:
    """Ask for block, place and flows; show what that does; `publish` does it."""
    form = InsertionForm(posted(request))
    valid = form.is_bound and form.is_valid()
    if valid and "publish" in request.POST:
        return _publish(request, form)
    planned = _planned(form) if valid else []
    context = {
        "form": form,
        "planned": planned,
        "moved": sum(each.moved for each in planned),
        "passed": sum(each.passed for each in planned),
        "stuck": sum(each.stuck for each in planned),
        "left_out": left_out(form.chosen["keys"]) if valid else [],
        "is_possible": bool(planned) and not any(each.problems for each in planned),
        "crumbs": [{"url": reverse("workorders:move-list"), "label": _list_name()}],
    }
    status = 422 if form.is_bound and not valid else 200
    return render(request, "workorders/insertion.html", context, status=status)


def _planned(form: InsertionForm) -> list[Insertion]:
    return insertions(**form.chosen)


def _publish(request: StaffRequest, form: InsertionForm) -> HttpResponse:
    moves = insert_for_all(
        **form.chosen,
        seen=[int(pk) for pk in request.POST.getlist("seen") if pk.isdecimal() and len(pk) < 19],
        actor=request.user,
    )
    words = ngettext(
        "Published; %(n)d group of running orders is being moved",
        "Published; %(n)d groups of running orders are being moved",
        len(moves),
    )
    messages.success(request, words % {"n": len(moves)} if moves else _("Published"))
    return redirect("workorders:move-list")


def _list_name() -> str:
    return _("Running orders and versions")
