"""The public site's forms: sign-up, and finding one's company."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants import slugs
from tenants.models import Domain
from tenants.provisioning import FirstAdmin, pack_choices

# Numbers of mainland mobile phones: 11 digits beginning 13 to 19.
_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")


def half_width(text: str) -> str:
    """Return full-width letters and digits as the plain ones a Chinese keyboard also types."""
    return unicodedata.normalize("NFKC", text).strip()


class SignUpForm(forms.Form):
    """A company, its address, and the person who signs in first."""

    company = forms.CharField(label=_("Company"), max_length=80, min_length=2)
    slug = forms.CharField(
        label=_("Address"),
        max_length=slugs.LONGEST,
        help_text=_("3 to 30 letters a-z, digits or hyphens; your people open it every day"),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )
    pack = forms.ChoiceField(
        label=_("Industry pack"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Service items, steps, materials and skills to start from; all can be changed"),
    )
    admin_name = forms.CharField(label=_("Your name"), max_length=40)
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        help_text=_("You sign in with this number"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        help_text=_("At least 8 characters, not one that everybody uses"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packs = self.fields["pack"]
        assert isinstance(packs, forms.ChoiceField)  # noqa: S101  (tells the type checker)
        packs.choices = [*pack_choices(), ("", _("None, begin empty"))]

    def clean_slug(self) -> str:
        """Lower case, well formed, not reserved and free."""
        slug = half_width(self.cleaned_data["slug"]).lower()
        problem = slugs.slug_problem(slug)
        if problem:
            raise ValidationError(str(problem), code=problem.code)
        if Domain.objects.filter(domain=slugs.host(slug)).exists():
            raise ValidationError(
                _("This address is taken, please choose another"), code="tenant.taken"
            )
        return slug

    def clean_phone(self) -> str:
        """Eleven digits of a mainland mobile number, spaces and +86 taken off."""
        digits = re.sub(r"[\s-]", "", half_width(self.cleaned_data["phone"])).removeprefix("+86")
        if not _MOBILE.match(digits):
            raise ValidationError(_("Please type the 11 digits of a mobile number"), code="phone")
        return digits

    def clean_password(self) -> str:
        """Long enough and not common."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def admin(self) -> FirstAdmin:
        """Return the first administrator of a valid form; the phone is the sign-in name."""
        given = self.cleaned_data
        return FirstAdmin(given["phone"], given["admin_name"], given["phone"], given["password"])


class FindCompanyForm(forms.Form):
    """The short address of a company."""

    company = forms.CharField(
        label=_("Address of your company"),
        max_length=253,
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_company(self) -> str:
        """Return the host name; a whole address pasted from the browser is taken apart."""
        typed = half_width(self.cleaned_data["company"]).lower()
        name = re.sub(r"^https?://", "", typed).split("/")[0].split(":")[0].split(".")[0]
        domain = Domain.objects.filter(
            domain=slugs.host(name), tenant__kind="company", tenant__status="active"
        ).first()
        if domain is None:
            raise ValidationError(
                _("There is no company at this address; ask a colleague how it is written"),
                code="company.unknown",
            )
        return str(domain.domain)
