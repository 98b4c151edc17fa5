"""People who sign in: list, add by invitation, edit, disable, reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.people import UserFilter, UserForm
from accounts.selectors import filtered_users, visible_installers, visible_users
from accounts.services import passwords, people
from common.access import Perm, requires
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest

PAGE_ROWS = 50


@requires(Perm.PEOPLE_VIEW)
@require_safe
def user_list(request: StaffRequest) -> HttpResponse:
    """Show the people of the actor's scope."""
    filters = UserFilter(request.GET or None)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    users = filtered_users(actor=request.user, chosen=chosen)
    page = Paginator(users, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "filters": filters, "may_manage": request.user.has(Perm.PEOPLE_MANAGE)}
    return render(request, "accounts/user_list.html", context)


@requires(Perm.PEOPLE_MANAGE)
@never_cache
def user_add(request: StaffRequest) -> HttpResponse:
    """Add a person and show the link that lets them choose a password."""
    form = UserForm(posted(request), actor=request.user)
    if request.method == "POST" and form.is_valid():
        user = people.add_user(actor=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s is added") % {"name": user.display_name})
        return finished(request, "accounts:user-access", user.pk)
    context = {
        "title": _("Add a person"),
        "lead": _("They get a link and choose their own password."),
        "crumbs": [_list_crumb()],
        "action": request.path,
        "submit_label": _("Add and make the link"),
        "cancel_url": reverse("accounts:user-list"),
    }
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.PEOPLE_MANAGE)
def user_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a person's facts; installers are edited in their own file."""
    user = get_object_or_404(visible_users(actor=request.user), pk=pk)
    if user.is_installer:
        installer = get_object_or_404(visible_installers(actor=request.user), user=user)
        return redirect("accounts:installer-edit", installer.pk)
    form = UserForm(posted(request), actor=request.user, user=user)
    if request.method == "POST" and form.is_valid():
        people.edit_user(user_id=user.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:user-list")
    context = {
        "title": user.display_name,
        "person": user,
        "crumbs": [_list_crumb()],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": reverse("accounts:user-list"),
    }
    return form_page(request, "accounts/user_edit.html", form, context)


@requires(Perm.PEOPLE_MANAGE)
@require_POST
def user_disable(request: StaffRequest, pk: int) -> HttpResponse:
    """Lock a person out."""
    user = get_object_or_404(visible_users(actor=request.user), pk=pk)
    people.disable_user(user_id=user.pk, actor=request.user)
    messages.success(request, _("%(name)s is disabled") % {"name": user.display_name})
    return finished(request, "accounts:user-list")


@requires(Perm.PEOPLE_MANAGE)
@require_POST
def user_enable(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    user = get_object_or_404(visible_users(actor=request.user), pk=pk)
    people.enable_user(user_id=user.pk, actor=request.user)
    messages.success(request, _("%(name)s is enabled") % {"name": user.display_name})
    return finished(request, "accounts:user-list")


@requires(Perm.PEOPLE_MANAGE)
@never_cache
def user_access(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the invitation of a person who has no password yet, and the two ways to a new one."""
    user = get_object_or_404(visible_users(actor=request.user), pk=pk)
    people.check_may_manage(actor=request.user, user=user)
    context: dict[str, object] = {"person": user, "crumbs": [_list_crumb()]}
    if request.method == "POST" and request.POST.get("way") == "password":
        context["starting_password"] = passwords.reset_by_starting_password(
            user_id=user.pk, actor=request.user
        )
    elif request.method == "POST":
        token = passwords.reset_by_link(user_id=user.pk, actor=request.user)
        context["link"] = _invitation_url(request, token)
    elif not user.has_usable_password():
        context["link"] = _invitation_url(request, passwords.invitation(user))
    return render(request, "accounts/user_access.html", context)


def _invitation_url(request: StaffRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("accounts:invitation-accept", args=[token]))


def _list_crumb() -> dict[str, str]:
    return {"url": reverse("accounts:user-list"), "label": _("People")}
