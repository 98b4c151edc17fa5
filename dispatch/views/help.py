"""Help between colleagues: asked and answered on the phone, seen on the order, limited by headquarters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import unless_unchanged
from common.journal import idempotent
from dispatch.colleagues import help_reach
from dispatch.forms_help import AnswerForm, AskForm, HelpRuleForm
from dispatch.phone_help import help_state, people_to_ask, wanted_of
from dispatch.selectors import help_for, led_visits
from dispatch.services.help import (
    answer_help,
    ask_for_help,
    set_help_reach,
    show_colleagues_number,
    withdraw_help,
)
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Installer
    from accounts.requests import StaffRequest
    from workorders.models import WorkOrder


@requires(Perm.ORDER_WORK)
@require_GET
def wanted(request: StaffRequest) -> HttpResponse:
    """Answer the poll of who may be asked: what asks them now."""
    asked = wanted_of(_installer(request))
    return unless_unchanged(
        request,
        asked.stamp,
        lambda: render(request, "dispatch/_help_wanted.html", {"asked": asked}),
    )


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def help_answer(request: StaffRequest, help_id: int) -> HttpResponse:
    """Come, or say that one cannot."""
    installer = _installer(request)
    asked = help_for(installer=installer, help_id=help_id)
    if asked is None:
        raise Http404
    said = AnswerForm(request.POST).checked()
    done = answer_help(
        help_id=asked.pk, colleague=installer, accepts=said["accepts"], why=said["why"]
    )
    if said["accepts"] and not done.comes:
        # An answer and no error: that the request is closed and the next is asked has to stay.
        told = {"code": "help.not_able", "message": done.answer}
        return JsonResponse({"error": told}, status=422)
    answer: dict[str, object] = {"ok": True}
    if said["accepts"]:
        answer["next"] = reverse("workorders-phone:job", args=[asked.work_order.number])
    return JsonResponse(answer)


@requires(Perm.ORDER_WORK)
@require_GET
def help_asked(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the poll of who asked: what came of it."""
    state = help_state(_visit(request, number))
    return unless_unchanged(
        request, state.stamp, lambda: render(request, "dispatch/_help_state.html", {"state": state})
    )


@requires(Perm.ORDER_WORK)
@require_GET
def help_people(request: StaffRequest, number: str) -> HttpResponse:
    """Show whom one may ask."""
    people = people_to_ask(_visit(request, number), asker=_installer(request))
    return render(request, "dispatch/_help_people.html", {"people": people, "number": number})


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def help_ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask a colleague, or the best of those near."""
    order = _visit(request, number)
    said = AskForm(request.POST).checked()
    ask_for_help(
        order_id=order.pk,
        asker=_installer(request),
        reason=said["reason"],
        note=said["note"],
        colleague_id=said["colleague"],
    )
    return JsonResponse({"ok": True})


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def help_withdraw(request: StaffRequest, number: str) -> HttpResponse:
    """Need nobody any more."""
    withdraw_help(order_id=_visit(request, number).pk, actor=request.user)
    return JsonResponse({"ok": True})


@requires(Perm.ORDER_WORK)
@require_POST
def help_number(request: StaffRequest, number: str, installer_id: int) -> HttpResponse:
    """Show a colleague's number; every look is noted."""
    phone = show_colleagues_number(
        order_id=_visit(request, number).pk,
        asker=_installer(request),
        colleague_id=installer_id,
    )
    return render(request, "workorders/phone/_call.html", {"phone": phone})


@requires(Perm.CATALOG_MANAGE)
def help_rule(request: StaffRequest) -> HttpResponse:
    """Set whose people installers may ask for help."""
    back = reverse("accounts:settings")
    form = HelpRuleForm(posted(request), initial={"reach": help_reach()})
    if request.method == "POST" and form.is_valid():
        set_help_reach(reach=form.cleaned_data["reach"], actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:settings")
    context = {
        "title": _("Help on site"),
        "lead": _(
            "From a running visit an installer asks a colleague within 30 km who has the skills and"
            " certificates and is free or soon free. Whoever comes shares the pay by finished steps."
        ),
        "crumbs": [{"url": back, "label": _("Settings")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)


def wanted_panel(request: HttpRequest, _subject: object) -> SafeString:
    """What asks this installer, on their day and beside their visit."""
    installer = getattr(request.user, "installer", None)
    if installer is None:
        return SafeString("")
    return render_to_string("dispatch/_help_wanted.html", {"asked": wanted_of(installer)}, request)


def ask_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """Asking for help, on the visit of who leads it."""
    installer = getattr(request.user, "installer", None)
    if installer is None or order.installer_id != installer.pk or not installer.is_active:
        return SafeString("")
    context = {"state": help_state(order), "number": order.number, "form": AskForm()}
    return render_to_string("dispatch/_help.html", context, request)


def order_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """Whom the installer asked for help, on the order's page at the desk."""
    state = help_state(order)
    if not state.rows:
        return SafeString("")
    return render_to_string("dispatch/_help_desk.html", {"state": state}, request)


def _visit(request: StaffRequest, number: str) -> WorkOrder:
    return get_object_or_404(led_visits(installer=_installer(request)), number=number)


def _installer(request: StaffRequest) -> Installer:
    found: Installer | None = getattr(request.user, "installer", None)
    if found is None:
        raise Http404
    return found
