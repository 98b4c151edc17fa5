"""The sign-in form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.selectors import sign_in_name
from tenants import limits


class SignInForm(AuthenticationForm):
    """Name and password; the same sentence for a wrong name and a wrong password."""

    error_messages = {
        "invalid_login": _("Name or password do not match. After ten tries wait 15 minutes."),
        "inactive": _("Name or password do not match. After ten tries wait 15 minutes."),
    }
    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        """Take the mobile number of one person as well as their sign-in name."""
        return sign_in_name(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        """Check name and password; TooMany for an address that guesses its way through names."""
        assert self.request is not None  # noqa: S101  (tells the type checker)
        address, most = self.request.META["REMOTE_ADDR"], limits.WRONG_PASSWORDS_PER_QUARTER
        limits.refuse_at("wrong-password", address, most=most)
        try:
            return super().clean()
        except ValidationError:
            limits.limit("wrong-password", address, most=most, period_s=limits.QUARTER_S)
            raise
