"""The form of a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.addresses import is_callable_address
from integrations.http import egress_allow
from integrations.models import Webhook

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORTEST = 16


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Code, name, address and secret; a secret left empty keeps what is stored."""

    secret = forms.CharField(
        label=_("Secret"),
        min_length=_SHORTEST,
        max_length=200,
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_("At least 16 characters. Every call is signed with it (HMAC-SHA256)."),
    )

    class Meta:
        model = Webhook
        fields = ("code", "name", "url", "is_active")

    field_order = ("code", "name", "url", "secret", "is_active")

    def __init__(self, data: Mapping[str, Any] | None = None, *, webhook: Webhook) -> None:
        super().__init__(data, instance=webhook)
        self.fields["code"].help_text = _("The name a flow's trigger calls it by.")
        self.fields["secret"].required = not webhook.secret_sealed

    def clean_url(self) -> str:
        """Refuse what is no public web address: nothing inside our own network is called."""
        url = str(self.cleaned_data["url"]).strip()
        if not is_callable_address(url, egress_allow()):
            raise forms.ValidationError(_("Enter a public web address that begins with https://"))
        return url
