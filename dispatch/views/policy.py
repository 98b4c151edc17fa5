"""The dispatch policy: weights set by headquarters, tried on yesterday, published as a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.htmx import polled
from common.journal import idempotent
from dispatch.forms_policy import PolicyForm, PublishForm
from dispatch.planning.policy_pages import (
    policy_versions,
    preset_choices,
    previews,
    shown_preview,
    weights_to_edit,
)
from dispatch.planning.previewing import publish_policy, start_preview
from dispatch.policy import policy_in_force
from dispatch.roads import learned_paces
from network.requests import finished, is_htmx, posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from dispatch.models import PolicyPreview


@requires(Perm.CATALOG_MANAGE)
@require_http_methods(["GET", "POST"])
@idempotent
def policy(request: StaffRequest) -> HttpResponse:
    """Show the weights in force or those of `?preset=`; a post tries them on yesterday's orders."""
    form = PolicyForm(posted(request), weights=weights_to_edit(request.GET.get("preset", "")))
    if form.is_bound and form.is_valid():
        preview = start_preview(weights=form.weights(), actor=request.user)
        return finished(request, "dispatch:policy-preview", preview.pk)
    context = {
        "form": form,
        "dials": list(form.dials()),
        "presets": preset_choices(),
        "chosen": request.GET.get("preset", ""),
        "in_force": policy_in_force(),
        "versions": policy_versions(),
        "paces": learned_paces(),
    }
    template = "dispatch/policy/_form.html" if is_htmx(request) else "dispatch/policy/page.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@requires(Perm.CATALOG_MANAGE)
@require_GET
def policy_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what would have been different yesterday; while it is computed, that it is."""
    shown = shown_preview(_preview(pk))
    context = {"shown": shown, "form": PublishForm()}
    return render(request, "dispatch/policy/preview.html", context)


@requires(Perm.CATALOG_MANAGE)
@require_GET
def policy_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer the preview's poll; at its end the page loads anew."""
    shown = shown_preview(_preview(pk))
    return polled(
        request,
        shown.stamp,
        lambda: render(request, "dispatch/policy/_working.html", {"shown": shown}),
        goes_on=shown.is_working,
    )


@requires(Perm.CATALOG_MANAGE)
@require_POST
@idempotent
def policy_publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the weights of a preview into force."""
    form = PublishForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    made = publish_policy(preview_id=_preview(pk).pk, note=note, actor=request.user)
    messages.success(request, _("Version %(number)s is in force") % {"number": made.number})
    return finished(request, "dispatch:policy")


def _preview(pk: int) -> PolicyPreview:
    return get_object_or_404(previews(), pk=pk)
