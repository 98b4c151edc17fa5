"""Support between regions: asked for by who is short, decided by who lends, answered by who goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from dispatch.forms_support import (
    SupportAnswerForm,
    SupportAskForm,
    SupportCancelForm,
    SupportRuleForm,
)
from dispatch.rosters.reading import roster_units
from dispatch.support.asking import (
    answer_support,
    ask_for_support,
    cancel_support,
    decide_support,
)
from dispatch.support.page import support_page
from dispatch.support.reading import lent_by, own_supports, support_of, visible_supports
from dispatch.support.rule import save_support_rule, support_rule
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.requests import StaffRequest

_PAGE = "dispatch:support"


@requires(Perm.DISPATCH_VIEW)
@require_GET
def support(request: StaffRequest) -> HttpResponse:
    """Show who is short when, who could come, and what was asked for."""
    view = support_page(
        actor=request.user,
        unit=str(request.GET.get("unit", "")),
        day=str(request.GET.get("day", "")),
    )
    return render(request, "dispatch/support/page.html", {"view": view})


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def support_ask(request: StaffRequest) -> HttpResponse:
    """Ask for somebody of another city."""
    said: dict[str, Any] = SupportAskForm(request.POST).checked()
    unit = get_object_or_404(roster_units(actor=request.user), pk=said["unit"])
    made = ask_for_support(
        borrower=unit,
        day=said["day"],
        installer_id=said["installer"],
        note=said["note"],
        actor=request.user,
    )
    words = _("Asked. Who manages %(name)s is told.") % {"name": made.installer}
    messages.success(request, words)
    return redirect(f"{reverse(_PAGE)}?unit={unit.pk}&day={made.day.isoformat()}")


@requires(Perm.ROSTER_MANAGE)
@require_POST
@idempotent
def support_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Lend somebody of one's own units, or refuse."""
    asked = get_object_or_404(lent_by(actor=request.user), pk=pk)
    said: dict[str, Any] = SupportAnswerForm(request.POST).checked()
    decide_support(
        request_id=asked.pk,
        approve=said["answer"] == "yes",
        answer=said["why"],
        actor=request.user,
    )
    messages.success(request, _("Answered; %(name)s is told") % {"name": asked.asked_by})
    return finished(request, _PAGE)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def support_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a request back, or an agreed day."""
    asked = get_object_or_404(visible_supports(actor=request.user), pk=pk)
    said: dict[str, Any] = SupportCancelForm(request.POST).checked()
    cancel_support(request_id=asked.pk, reason=said["why"], actor=request.user)
    messages.success(request, _("Cancelled"))
    return finished(request, _PAGE)


@requires(Perm.CATALOG_MANAGE)
def support_rule_edit(request: StaffRequest) -> HttpResponse:
    """Set what lending costs, how far people are asked, and whether they have to accept."""
    form = SupportRuleForm(posted(request), initial=SupportRuleForm.initial_of(support_rule()))
    if request.method == "POST" and form.is_valid():
        save_support_rule(rule=form.rule(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:settings")
    back = reverse("accounts:settings")
    context = {
        "title": _("Support between regions"),
        "lead": _(
            "When a city is short of people, its dispatcher asks for those of neighbouring cities who"
            " stand by or can be spared. The quote is made from these figures and kept with the"
            " request; when the day is over it is paid as an allowance."
        ),
        "crumbs": [{"url": back, "label": _("Settings")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent
def support_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Go to another city for a day, or say that one does not."""
    installer = getattr(request.user, "installer", None)
    asked = support_of(installer=installer, request_id=pk) if installer else None
    if asked is None:
        raise Http404
    said: dict[str, Any] = SupportAnswerForm(request.POST).checked()
    answer_support(
        request_id=asked.pk,
        installer=asked.installer,
        accepts=said["answer"] == "yes",
        why=said["why"],
    )
    messages.success(request, _("Answered"))
    return redirect("dispatch-phone:roster")


def phone_panel(request: HttpRequest, _subject: object) -> SafeString:
    """Where this installer is asked to go, and goes."""
    installer = getattr(request.user, "installer", None)
    rows = list(own_supports(installer=installer)) if installer else []
    if not rows:
        return SafeString("")
    return render_to_string("dispatch/support/_phone.html", {"rows": rows}, request)
