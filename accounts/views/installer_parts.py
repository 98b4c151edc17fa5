"""Parts of an installer's file that change by themselves: certificates and leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.installers import CertificateForm, LeaveForm
from accounts.selectors import visible_certificates, visible_installers, visible_leaves
from accounts.services import installers
from common.access import Perm, requires
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from accounts.models import Installer
    from accounts.requests import StaffRequest


@requires(Perm.PEOPLE_MANAGE)
def certificate_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Add or renew a certificate."""
    installer = get_object_or_404(visible_installers(actor=request.user), pk=pk)
    form = CertificateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        installers.keep_certificate(installer=installer, actor=request.user, **form.cleaned_data)
        return _back(request, installer)
    return form_page(
        request,
        "network/form_page.html",
        form,
        _context(request, installer, _("Add a certificate")),
    )


@requires(Perm.PEOPLE_MANAGE)
@require_POST
def certificate_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a certificate out of the file."""
    certificate = get_object_or_404(visible_certificates(actor=request.user), pk=pk)
    installer = certificate.installer
    installers.remove_certificate(certificate=certificate, actor=request.user)
    return _back(request, installer)


@requires(Perm.PEOPLE_MANAGE)
def leave_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Note days away."""
    installer = get_object_or_404(visible_installers(actor=request.user), pk=pk)
    form = LeaveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        installers.add_leave(installer=installer, actor=request.user, **form.cleaned_data)
        return _back(request, installer)
    return form_page(
        request, "network/form_page.html", form, _context(request, installer, _("Add leave"))
    )


@requires(Perm.PEOPLE_MANAGE)
@require_POST
def leave_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take days away back."""
    leave = get_object_or_404(visible_leaves(actor=request.user), pk=pk)
    installer = leave.installer
    installers.remove_leave(leave=leave, actor=request.user)
    return _back(request, installer)


def _back(request: StaffRequest, installer: Installer) -> HttpResponse:
    messages.success(request, _("Saved"))
    return finished(request, "accounts:installer-detail", installer.pk)


def _context(request: StaffRequest, installer: Installer, title: str) -> dict[str, object]:
    own = reverse("accounts:installer-detail", args=[installer.pk])
    return {
        "title": title,
        "crumbs": [
            {"url": reverse("accounts:installer-list"), "label": _("Installers")},
            {"url": own, "label": installer.user.display_name},
        ],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": own,
    }
