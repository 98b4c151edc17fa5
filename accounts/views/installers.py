"""Installers: list, file, form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.forms.installers import CertificateForm, InstallerFilter, InstallerForm, LeaveForm
from accounts.selectors import ending_certificates, filtered_installers, installer_file
from accounts.services import installers
from common.access import Perm, requires
from common.panels import panels
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest

PAGE_ROWS = 50


@requires(Perm.PEOPLE_VIEW)
@require_safe
def installer_list(request: StaffRequest) -> HttpResponse:
    """Show the installers of the actor's scope with skills and the state of certificates."""
    filters = InstallerFilter(request.GET or None)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    found = filtered_installers(actor=request.user, chosen=chosen)
    context = {
        "page": Paginator(found, PAGE_ROWS).get_page(request.GET.get("page")),
        "filters": filters,
        "ending_count": ending_certificates(actor=request.user).count(),
        "may_manage": request.user.has(Perm.PEOPLE_MANAGE),
    }
    return render(request, "accounts/installer_list.html", context)


@requires(Perm.PEOPLE_VIEW)
@require_safe
def installer_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an installer's file."""
    installer = get_object_or_404(installer_file(actor=request.user), pk=pk)
    context = {
        "installer": installer,
        "crumbs": [_list_crumb()],
        "may_manage": request.user.has(Perm.PEOPLE_MANAGE),
        "certificate_form": CertificateForm(),
        "leave_form": LeaveForm(),
        "panels": panels("installer", request, installer),
    }
    return render(request, "accounts/installer_detail.html", context)


@requires(Perm.PEOPLE_MANAGE)
def installer_add(request: StaffRequest) -> HttpResponse:
    """Add an installer with a sign-in of their own."""
    form = InstallerForm(posted(request), actor=request.user)
    if request.method == "POST" and form.is_valid():
        installer = installers.add_installer(
            profile=form.profile(), username=form.cleaned_data["username"], actor=request.user
        )
        messages.success(request, _("%(name)s is added") % {"name": installer.user.display_name})
        return finished(request, "accounts:user-access", installer.user_id)
    context = _form_context(request, _("Add an installer"), [_list_crumb()])
    context["cancel_url"] = reverse("accounts:installer-list")
    return form_page(
        request, "accounts/installer_form.html", form, context, part="accounts/_installer_form.html"
    )


@requires(Perm.PEOPLE_MANAGE)
def installer_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change an installer's file."""
    installer = get_object_or_404(installer_file(actor=request.user), pk=pk)
    form = InstallerForm(posted(request), actor=request.user, installer=installer)
    if request.method == "POST" and form.is_valid():
        installers.edit_installer(
            installer_id=installer.pk, profile=form.profile(), actor=request.user
        )
        messages.success(request, _("Saved"))
        return finished(request, "accounts:installer-detail", installer.pk)
    own = reverse("accounts:installer-detail", args=[installer.pk])
    crumbs = [_list_crumb(), {"url": own, "label": installer.user.display_name}]
    context = _form_context(request, _("Edit the file"), crumbs)
    context["cancel_url"] = own
    return form_page(
        request, "accounts/installer_form.html", form, context, part="accounts/_installer_form.html"
    )


def _form_context(
    request: StaffRequest, title: str, crumbs: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "title": title,
        "crumbs": crumbs,
        "action": request.path,
        "submit_label": _("Save"),
    }


def _list_crumb() -> dict[str, str]:
    return {"url": reverse("accounts:installer-list"), "label": _("Installers")}
