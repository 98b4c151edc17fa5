"""Settings of how orders are given: the rules, their seasons, the grab pool; and stopping one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, requires
from common.journal import idempotent
from dispatch.forms_ways import PoolRuleForm, RuleForm, SeasonForm
from dispatch.selectors import dispatchable_orders
from dispatch.services.pool_limits import pool_rule, save_pool_rule
from dispatch.views.offers import chosen_answer, sent_answer
from dispatch.ways.keeping import add_season, remove_rule, remove_season, save_rule
from dispatch.ways.reading import assignment_rules, run_of, seasons
from dispatch.ways.running import confirm_suggestion, stop_run
from network.requests import finished, form_context, form_page, posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from workorders.models import WorkOrder

_LIST = "dispatch:way-list"


@requires(Perm.CATALOG_MANAGE)
@require_safe
def way_list(request: StaffRequest) -> HttpResponse:
    """Show the rules in the order they count."""
    context = {
        "rules": assignment_rules(),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "dispatch/way_list.html", context)


@requires(Perm.CATALOG_MANAGE)
def way_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a rule."""
    rule = get_object_or_404(assignment_rules(), pk=pk) if pk else None
    form = RuleForm(posted(request), instance=rule)
    if request.method == "POST" and form.is_valid():
        save_rule(rule=form.filled(), steps=form.steps(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, _LIST)
    title = rule.name if rule else _("Add a rule")
    context = form_context(
        request, title=title, back=reverse(_LIST), crumb=_("How orders are given")
    )
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.CATALOG_MANAGE)
@require_POST
def way_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove a rule; orders it leads already are led to their end."""
    remove_rule(rule=get_object_or_404(assignment_rules(), pk=pk), actor=request.user)
    messages.success(request, _("Removed"))
    return finished(request, _LIST)


@requires(Perm.CATALOG_MANAGE)
def season_form(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a rule another share for some days."""
    rule = get_object_or_404(assignment_rules(), pk=pk)
    form = SeasonForm(posted(request), rule=rule)
    if request.method == "POST" and form.is_valid():
        add_season(season=form.filled(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, _LIST)
    title = _("Another share for some days: %(name)s") % {"name": rule.name}
    context = form_context(
        request, title=title, back=reverse(_LIST), crumb=_("How orders are given")
    )
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.CATALOG_MANAGE)
@require_POST
def season_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a rule's own share count again."""
    remove_season(season=get_object_or_404(seasons(), pk=pk), actor=request.user)
    messages.success(request, _("Removed"))
    return finished(request, _LIST)


@requires(Perm.CATALOG_MANAGE)
def pool_rule_form(request: StaffRequest) -> HttpResponse:
    """Set what binds those who claim from the grab pool."""
    form = PoolRuleForm(posted(request), instance=pool_rule())
    if request.method == "POST" and form.is_valid():
        save_pool_rule(values=form.cleaned_data, actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, _LIST)
    context = form_context(
        request,
        title=_("Limits of the grab pool"),
        back=reverse(_LIST),
        crumb=_("How orders are given"),
    )
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def run_stop(request: StaffRequest, number: str) -> HttpResponse:
    """Let a dispatcher decide about an order instead of its rule."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    stop_run(order_id=order.pk, actor=request.user)
    words = _("%(number)s waits for a dispatcher now") % {"number": order.number}
    return chosen_answer(request, number, words)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def run_confirm(request: StaffRequest, number: str) -> HttpResponse:
    """Send whom the rule suggests."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    made = confirm_suggestion(order_id=order.pk, actor=request.user)
    words = _("%(number)s is with %(name)s") % {
        "number": order.number,
        "name": made.installer.user.display_name,
    }
    return sent_answer(request, words, order.number)


def order_run_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """What the rules did with an order, on its page."""
    run = run_of(order)
    if run is None:
        return SafeString("")
    return render_to_string("dispatch/_run_card.html", {"run": run}, request)
