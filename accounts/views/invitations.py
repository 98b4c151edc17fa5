"""The page a new person opens first: choose a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.people import NewPasswordForm
from accounts.services.passwords import invited_user, set_password_by_invitation
from common.access import open_to_all
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from django.http import HttpRequest

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@open_to_all("people without a password come in here, by a signed link")
@sensitive_post_parameters()
@never_cache
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose a password, then sign them in."""
    user = invited_user(token)
    if user is None:
        raise Http404
    form = NewPasswordForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        user = set_password_by_invitation(
            user_id=user.pk, token=token, password=form.cleaned_data["password"]
        )
        login(request, user, backend=_BACKEND)
        return finished(request, "accounts:home")
    context = {
        "person": user,
        "action": reverse("accounts:invitation-accept", args=[token]),
        "submit_label": _("Save password and go on"),
    }
    response = form_page(request, "accounts/invitation.html", form, context)
    # The token stands in the address: no other site may learn it from a link. Not
    # `no-referrer`: browsers then send `Origin: null` and the guard against forged forms refuses.
    response["Referrer-Policy"] = "same-origin"
    return response
