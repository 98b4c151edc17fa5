"""The template gallery: cards by trade, one template, and its copy into a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, allowed, requires
from common.journal import idempotent
from settlement.gallery.copying import copy_template
from settlement.gallery.forms import CopyForm
from settlement.gallery.pages import gallery, template_shown
from settlement.gallery.reading import template_by_key
from workorders.requests import finished, is_htmx

if TYPE_CHECKING:
    from settlement.gallery.reading import Template
    from workorders.requests import StaffRequest


@requires(Perm.RULES_VIEW)
@require_GET
def template_list(request: StaffRequest) -> HttpResponse:
    """Show all templates, trade by trade."""
    return render(request, "settlement/gallery/gallery.html", {"trades": gallery()})


@requires(Perm.RULES_VIEW)
@require_GET
def template_detail(request: StaffRequest, key: str) -> HttpResponse:
    """Show one template with its rules in words and its example."""
    return _page(request, _template(key), CopyForm(), 200)


@requires(Perm.RULES_EDIT)
@require_POST
@idempotent(required=True)
def template_copy(request: StaffRequest, key: str) -> HttpResponse:
    """Copy a template into a draft and open the editor."""
    template = _template(key)
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _page(request, template, form, 422)
    draft = copy_template(template=template, actor=request.user, **form.cleaned_data)
    messages.success(request, _("Copied: adjust prices, then send it to be published"))
    return finished(request, "settlement:draft-edit", draft.pk)


def _template(key: str) -> Template:
    found = template_by_key(key)
    if found is None:
        raise Http404
    return found


def _page(request: StaffRequest, template: Template, form: CopyForm, status: int) -> HttpResponse:
    user = request.user
    context = {
        "shown": template_shown(template),
        "form": form,
        "may_copy": allowed(user, Perm.RULES_EDIT) and user.sees_everything,
    }
    part = (
        "settlement/gallery/_copy.html" if is_htmx(request) else "settlement/gallery/template.html"
    )
    return render(request, part, context, status=status)
