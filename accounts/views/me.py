"""One's own page: name, language, password, sign-out; on the phone and at a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.people import ChangePasswordForm, MyNameForm
from accounts.selectors import own_file
from accounts.services.me import change_own_facts
from accounts.services.passwords import change_password
from common.access import signed_in
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.requests import StaffRequest


@signed_in
def me(request: StaffRequest) -> HttpResponse:
    """Show and change what a person may say about themselves.

    The phone has it below /m/ too, where its worker keeps pages for a time without a network.
    """
    user = request.user
    initial = {"display_name": user.display_name, "phone": user.phone}
    form = MyNameForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        change_own_facts(user=user, **form.cleaned_data)
        messages.success(request, _("Saved"))
        return finished(request, _own_page(user))
    context = {
        "file": own_file(actor=user),
        "action": reverse(_own_page(user)),
        "submit_label": _("Save"),
        **_base(user),
    }
    return form_page(request, "accounts/me.html", form, context)


@signed_in
@sensitive_post_parameters()
@never_cache
def my_password(request: StaffRequest) -> HttpResponse:
    """Change one's own password; this sign-in goes on, all others end."""
    form = ChangePasswordForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        user = change_password(user=request.user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed; other sign-ins have ended"))
        return finished(request, "accounts:home")
    context = {
        "must_change": request.user.must_change_password,
        "action": reverse("accounts:my-password"),
        "submit_label": _("Change password"),
        "cancel_url": "" if request.user.must_change_password else reverse(_own_page(request.user)),
        **_base(request.user),
    }
    return form_page(request, "accounts/my_password.html", form, context)


def _own_page(user: User) -> str:
    return "accounts:my-phone" if user.is_installer else "accounts:me"


def _base(user: User) -> dict[str, Any]:
    return {"base": "base_mobile.html" if user.is_installer else "base.html"}
