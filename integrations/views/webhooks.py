"""Pages of a company's webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common.access import Perm, requires
from integrations.forms_webhook import WebhookForm
from integrations.selectors import blank_webhook, webhooks
from integrations.services.webhooks import save_webhook
from integrations.views.crumbs import Crumb, list_crumb
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from customers.requests import StaffRequest


@requires(Perm.CONNECTION_VIEW)
@require_GET
def webhook_list(request: StaffRequest) -> HttpResponse:
    """Show the webhooks that flows may call, and how the last call of each went."""
    may_manage = request.user.has(Perm.CONNECTION_MANAGE)
    context = {"webhooks": webhooks(), "may_manage": may_manage}
    return render(request, "integrations/webhook_list.html", context)


@requires(Perm.CONNECTION_MANAGE)
@require_http_methods(["GET", "POST"])
def webhook_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a webhook, or change one."""
    webhook = blank_webhook() if pk is None else get_object_or_404(webhooks(), pk=pk)
    form = WebhookForm(posted(request), webhook=webhook)
    if form.is_bound and form.is_valid():
        secret = form.cleaned_data["secret"]
        save_webhook(webhook=form.save(commit=False), secret=secret, actor=request.user)
        messages.success(request, _("The webhook was saved."))
        return finished(request, "integrations:webhook-list")
    back = reverse("integrations:webhook-list")
    context = {
        "title": _("Add a webhook") if pk is None else _("Change the webhook"),
        "crumbs": [list_crumb(), Crumb(back, _("Webhooks"))],
        "action": request.path,
        "submit_label": _("Save the webhook"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)
