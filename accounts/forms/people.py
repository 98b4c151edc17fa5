"""Forms about people who sign in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role, grantable
from network.forms.choices import TreeChoiceField
from network.models import OrgUnit
from network.selectors import visible_units
from tenants.forms import half_width

_SIGN_IN_NAME = re.compile(r"[\w.@+-]+\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}\Z")


def clean_name(typed: str) -> str:
    """Return a sign-in name in half-width letters; ValidationError for signs nobody can type."""
    name = half_width(typed)
    if not _SIGN_IN_NAME.match(name):
        raise ValidationError(
            _("Letters, digits and . @ + - _ only, for example the mobile number"), code="name"
        )
    return name


class PhoneField(forms.CharField):
    """A phone number in half-width digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone"))
        super().__init__(max_length=20, widget=forms.TextInput({"inputmode": "tel"}), **kwargs)

    def clean(self, value: Any) -> str:
        """Return digits with an optional plus in front."""
        typed = half_width(super().clean(value))
        if typed and not _PHONE.match(typed):
            raise ValidationError(_("Please type a phone number in digits"), code="phone")
        return re.sub(r"[ -]", "", typed)


class UserFilter(forms.Form):
    """The filters of the list of users."""

    q = forms.CharField(label=_("Name or phone"), required=False, max_length=40)
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("on", _("Active")), ("off", _("Disabled"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [role for role in Role if role is not Role.PLATFORM]
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            required=False,
            choices=[("", _("All")), *((role.value, role.label) for role in roles)],
        )


class UserForm(forms.Form):
    """A person at a desk; installers have a form of their own."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=40,
        help_text=_("Cannot be changed later; the mobile number is a good choice"),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )
    display_name = forms.CharField(label=_("Full name"), max_length=40)
    phone = PhoneField(required=False)
    role = forms.ChoiceField(label=_("Role"))
    unit = TreeChoiceField(
        OrgUnit.objects.none(),
        label=_("Unit"),
        help_text=_("This person sees the unit and everything below it"),
    )
    wecom_userid = forms.CharField(label=_("WeCom account"), max_length=64, required=False)

    def __init__(self, *args: Any, actor: User, user: User | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(user) if user else {})
        super().__init__(*args, **kwargs)
        roles = [role for role in grantable(actor.role) if role is not Role.INSTALLER]
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=[(role.value, role.label) for role in roles]
        )
        unit = self.fields["unit"]
        assert isinstance(unit, TreeChoiceField)  # noqa: S101  (tells the type checker)
        unit.queryset = visible_units(actor=actor).filter(is_active=True)
        if user is not None:
            del self.fields["username"]

    def clean_username(self) -> str:
        """Half-width and free."""
        name = clean_name(self.cleaned_data["username"])
        if User.objects.filter(username=name).exists():
            raise ValidationError(_("This sign-in name is already in use"), code="user.name")
        return name


def _initial(user: User) -> dict[str, Any]:
    return {
        "display_name": user.display_name,
        "phone": user.phone,
        "role": user.role,
        "unit": user.unit_id,
        "wecom_userid": user.wecom_userid,
    }


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        help_text=_("At least 8 characters, not one that everybody uses"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Long enough, not common and not the sign-in name."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Both entries are the same."""
        given = super().clean() or {}
        if "password" in given and given["password"] != given.get("again"):
            self.add_error("again", ValidationError(_("The two entries differ"), code="again"))
        return given


class ChangePasswordForm(NewPasswordForm):
    """One's own password: the old one first."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")

    def clean_old(self) -> str:
        """It is the one in use."""
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise ValidationError(_("This is not your present password"), code="old")
        return old


class MyNameForm(forms.Form):
    """What a person may change about themselves."""

    display_name = forms.CharField(label=_("Full name"), max_length=40)
    phone = PhoneField(required=False)
