"""Pages of connections: cards, the form, what came in, and the ways to try again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.htmx import unless_unchanged
from integrations import selectors
from integrations.addresses import USUAL
from integrations.forms import ConnectionForm, OrderNumberForm
from integrations.masking import masked_payload
from integrations.services.connecting import pull_now, save_connection, try_connection
from integrations.services.replaying import replay_event, replay_order
from integrations.views.crumbs import Crumb, callback_url, list_crumb
from network.requests import finished, form_page, is_htmx

if TYPE_CHECKING:
    from customers.requests import StaffRequest


@requires(Perm.CONNECTION_VIEW)
@require_GET
def connection_list(request: StaffRequest) -> HttpResponse:
    """Show every connection as a card; the poll of the page gets the cards alone."""
    cards = selectors.connection_cards(actor=request.user)
    stamp = selectors.stamp_of(cards)
    may_manage = request.user.has(Perm.CONNECTION_MANAGE)
    context = {"cards": cards, "stamp": stamp, "may_manage": may_manage}
    if is_htmx(request):
        return unless_unchanged(
            request,
            stamp,
            lambda: render(request, "integrations/_connection_cards.html", context),
        )
    return render(request, "integrations/connection_list.html", context)


@requires(Perm.CONNECTION_MANAGE)
@require_http_methods(["GET", "POST"])
def connection_add(request: StaffRequest, platform: str) -> HttpResponse:
    """Connect a shop or a corp."""
    if platform not in USUAL:
        raise Http404
    form = ConnectionForm(request.POST or None, platform=platform, actor=request.user)
    if form.is_bound and form.is_valid():
        connection = save_connection(facts=form.facts(), actor=request.user)
        messages.success(request, _("The connection was saved. Try it now."))
        return finished(request, "integrations:connection-detail", connection.pk)
    context = {
        "title": _("Connect %(platform)s") % {"platform": selectors.platform_name(platform)},
        "crumbs": [list_crumb()],
        "action": request.path,
        "submit_label": _("Save connection"),
        "cancel_url": reverse("integrations:connection-list"),
    }
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.CONNECTION_MANAGE)
@require_http_methods(["GET", "POST"])
def connection_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a connection; secrets left empty stay."""
    connection = get_object_or_404(selectors.visible_connections(actor=request.user), pk=pk)
    form = ConnectionForm(
        request.POST or None,
        platform=connection.platform,
        actor=request.user,
        connection=connection,
    )
    if form.is_bound and form.is_valid():
        save_connection(facts=form.facts(), actor=request.user, connection_id=connection.pk)
        messages.success(request, _("The connection was saved."))
        return finished(request, "integrations:connection-detail", connection.pk)
    detail_url = reverse("integrations:connection-detail", args=[connection.pk])
    context = {
        "title": _("Change connection"),
        "crumbs": [list_crumb(), Crumb(detail_url, connection.name)],
        "action": request.path,
        "submit_label": _("Save connection"),
        "cancel_url": detail_url,
    }
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.CONNECTION_VIEW)
@require_GET
def connection_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one connection: how it is, its readings, what came in."""
    connection = get_object_or_404(selectors.visible_connections(actor=request.user), pk=pk)
    state = request.GET.get("state", "")
    context = {
        "card": selectors.card_of(
            connection,
            unsettled=selectors.unsettled_of(connection),
            runs=selectors.recent_pulls(connection),
        ),
        "callback_url": callback_url(request, connection.platform, connection.public_id),
        "runs": selectors.runs_of(connection)[: selectors.SHOWN_RUNS],
        "events": selectors.events_of(connection, state=state)[: selectors.SHOWN_EVENTS],
        "failed_cards": selectors.failed_cards(connection)[: selectors.SHOWN_RUNS],
        "states": selectors.state_tabs(connection, chosen=state),
        "number_form": OrderNumberForm(),
        "crumbs": [list_crumb()],
        "may_manage": request.user.has(Perm.CONNECTION_MANAGE),
    }
    return render(request, "integrations/connection_detail.html", context)


@requires(Perm.CONNECTION_MANAGE)
@require_POST
def connection_try(request: StaffRequest, pk: int) -> HttpResponse:
    """Call the platform once and say what came back."""
    connection = get_object_or_404(selectors.visible_connections(actor=request.user), pk=pk)
    trial = try_connection(connection)
    return render(request, "integrations/_trial.html", {"trial": trial})


@requires(Perm.CONNECTION_MANAGE)
@require_POST
def connection_pull(request: StaffRequest, pk: int) -> HttpResponse:
    """Read a shop now."""
    connection = get_object_or_404(selectors.visible_connections(actor=request.user), pk=pk)
    pull_now(connection=connection, actor=request.user)
    messages.success(request, _("The shop is being read."))
    return finished(request, "integrations:connection-detail", connection.pk)


@requires(Perm.CONNECTION_MANAGE)
@require_POST
def order_replay(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch one order of a shop again by its number."""
    connection = get_object_or_404(selectors.visible_connections(actor=request.user), pk=pk)
    form = OrderNumberForm(request.POST)
    if not form.is_valid():
        context = {"connection": connection, "form": form}
        return render(request, "integrations/_replay_form.html", context, status=422)
    number = form.cleaned_data["number"]
    done = replay_order(connection=connection, order_number=number, actor=request.user)
    _say_replayed(request, number, done=done)
    return finished(request, "integrations:connection-detail", connection.pk)


@requires(Perm.CONNECTION_VIEW)
@require_GET
def event_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what a platform sent, with the persons in it masked."""
    event = get_object_or_404(selectors.visible_events(actor=request.user), pk=pk)
    detail_url = reverse("integrations:connection-detail", args=[event.connection_id])
    context = {
        "event": event,
        "payload": masked_payload(event.body),
        "crumbs": [list_crumb(), Crumb(detail_url, str(event.connection))],
        "may_manage": request.user.has(Perm.CONNECTION_MANAGE),
    }
    return render(request, "integrations/event_detail.html", context)


@requires(Perm.CONNECTION_MANAGE)
@require_POST
def event_replay(request: StaffRequest, pk: int) -> HttpResponse:
    """Do again what an event asked for."""
    event = get_object_or_404(selectors.visible_events(actor=request.user), pk=pk)
    connection = get_object_or_404(
        selectors.visible_connections(actor=request.user), pk=event.connection_id
    )
    done = replay_event(event=event, connection=connection, actor=request.user)
    _say_replayed(request, event.order_number, done=done)
    return finished(request, "integrations:event-detail", event.pk)


def _say_replayed(request: StaffRequest, number: str, *, done: bool) -> None:
    if done:
        messages.success(request, _("Order %(number)s was taken in.") % {"number": number})
        return
    words = _("Order %(number)s is kept, but cannot be taken in; the reason stands beside it.")
    messages.warning(request, words % {"number": number})
