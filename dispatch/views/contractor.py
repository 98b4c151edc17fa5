"""Contractors without an account: the desk gives them an order, their phone opens it by its link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.access import Perm, allowed, open_to_all, requires
from common.errors import Conflict, Refused
from common.journal import idempotent
from dispatch.contractors.giving import give_to_contractor, renew_link, revoke_link
from dispatch.contractors.links import found_link
from dispatch.contractors.opening import is_elsewhere, is_here, open_link, opened_here
from dispatch.contractors.page import contractor_card
from dispatch.contractors.words import gone_words
from dispatch.forms_contractor import BackForm, ContractorForm, LinkForm
from dispatch.services.assigning import withdraw
from network.requests import finished
from settlement.services.agreeing import agreed_pay
from tenants.limits import limit, refuse_at
from workorders.selectors import own_work_orders
from workorders.views.customer_links import HOUR_S, WRONG_LINKS_PER_HOUR, secret

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest

    from accounts.requests import StaffRequest
    from dispatch.contractors.links import Found
    from workorders.models import WorkOrder

_WHY = "the contractor has no account; the signed address opens one order on one phone"
_CARD = "dispatch/contractor/_card.html"
_DIGITS_PER_HOUR = 5


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def contractor_give(request: StaffRequest, number: str) -> HttpResponse:
    """Give an order to a contractor."""
    order = _order(request, number)
    form = ContractorForm(request.POST, actor=request.user, order=order)
    if not form.is_valid():
        return _again(request, order, give_form=form)
    made = give_to_contractor(order_id=order.pk, wanted=form.wanted(), actor=request.user)
    words = _("%(number)s is with %(name)s. Send them the link.")
    messages.success(request, words % {"number": order.number, "name": made.installer})
    return finished(request, _page(number))


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def contractor_link(request: StaffRequest, number: str) -> HttpResponse:
    """Make a new link, or end the one there is."""
    order = _order(request, number)
    if request.POST.get("do") == "end":
        revoke_link(order_id=order.pk, actor=request.user)
        messages.success(request, _("The link no longer works."))
        return finished(request, _page(number))
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _again(request, order, link_form=form)
    renew_link(order_id=order.pk, days=form.cleaned_data["days"], actor=request.user)
    messages.success(request, _("There is a new link; the one before no longer works."))
    return finished(request, _page(number))


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def contractor_back(request: StaffRequest, number: str) -> HttpResponse:
    """Take an order back from its contractor."""
    order = _order(request, number)
    form = BackForm(request.POST, prefix="back")
    if not form.is_valid():
        return _again(request, order, back_form=form)
    withdraw(order_id=order.pk, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("%(number)s waits again") % {"number": order.number})
    return finished(request, _page(number))


def contractor_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """The contractor of an order on its page, or the form to choose one."""
    if not request.user.is_authenticated:
        return SafeString("")
    actor = request.user
    own = own_work_orders(actor=actor).filter(pk=order.pk).exists()
    may_change = own and allowed(actor, Perm.DISPATCH_ASSIGN)
    card = contractor_card(order, actor=actor, may_change=may_change)
    if card is None:
        return SafeString("")
    return render_to_string(_CARD, {"card": card}, request)


@open_to_all(_WHY)
@never_cache
@require_http_methods(["GET", "POST"])
def contractor_open(request: HttpRequest, token: str) -> HttpResponse:
    """Say what the link is for; open the order on this phone when its contractor asks for it.

    No key for the post: opened twice on one phone it is open once. A look opens nothing, so that
    a preview of the message does not take the link.
    """
    found = _found(request, token)
    link = found.link
    if link is None or found.why:
        context: dict[str, Any] = {"words": gone_words(found.why), "outlet": None}
        if link is not None:
            context["outlet"] = link.installer.outlet
        page = render(request, "dispatch/contractor/gone.html", context)
        return secret(page, 404 if link is None else 410)
    order = link.work_order
    job = reverse("workorders-phone:job", args=[order.number])
    if is_here(request, link):
        return secret(HttpResponseRedirect(job), 302)
    staff = request.user.is_authenticated and not opened_here(request)
    elsewhere = is_elsewhere(request, link)
    error = ""
    if request.method == "POST" and not staff:
        if elsewhere:
            limit("contractor", str(link.pk), most=_DIGITS_PER_HOUR, period_s=HOUR_S)
        try:
            open_link(request, link, digits=request.POST.get("digits", "").strip())
        except Refused as refused:
            error, elsewhere = str(refused), True
        else:
            return secret(HttpResponseRedirect(job), 302)
    context = {
        "link": link,
        "order": order,
        "agreed_fen": agreed_pay(order.pk, link.installer_id),
        "staff": staff,
        "elsewhere": elsewhere,
        "error": error,
        "token": token,
    }
    page = render(request, "dispatch/contractor/open.html", context)
    return secret(page, 422 if request.method == "POST" else 200)


def _found(request: HttpRequest, token: str) -> Found:
    """Look a link up; only links that lead nowhere count against an address."""
    address = request.META["REMOTE_ADDR"]
    refuse_at("contractor-link", address, most=WRONG_LINKS_PER_HOUR)
    found = found_link(token)
    if found.link is None:
        limit("contractor-link", address, most=WRONG_LINKS_PER_HOUR, period_s=HOUR_S)
    return found


def _order(request: StaffRequest, number: str) -> WorkOrder:
    return get_object_or_404(own_work_orders(actor=request.user), number=number)


def _page(number: str) -> str:
    return reverse("workorders:order-detail", args=[number]) + "#x-contractor"


def _again(request: StaffRequest, order: WorkOrder, **forms: Any) -> HttpResponse:
    card = contractor_card(order, actor=request.user, may_change=True, **forms)
    if card is None:
        words = _("This work order can no longer be given to a contractor")
        raise Conflict("contractor.over", words)
    return render(request, _CARD, {"card": card}, status=422)
