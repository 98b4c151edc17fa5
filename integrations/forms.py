"""The form with which a shop or corp is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.addresses import USUAL, is_callable_address
from integrations.http import egress_allow
from integrations.keys import Extra
from integrations.services.connecting import ConnectionFacts
from network.models import OrgUnit

if TYPE_CHECKING:
    from accounts.models import User
    from integrations.models import Connection

_EXTRA = {
    "youzan": (),
    "tmall": ("session", "message_group"),
    "wecom": ("agent_id", "callback_token", "encoding_aes_key"),
    "wechatpay": (
        "cert_serial", "apiv3_key", "platform_key_id", "platform_key", "max_ratio_bp",
    ),
}  # fmt: skip
_NEEDED = {"agent_id", "session", "cert_serial", "apiv3_key", "platform_key_id", "platform_key"}
_WORDS = {
    "youzan": {"shop_key": _("Shop id (kdt_id)"), "client_id": _("client_id")},
    "tmall": {"shop_key": _("Seller id (user_id)"), "client_id": _("App key")},
    "wecom": {"shop_key": _("Corp id")},
    "wechatpay": {
        "shop_key": _("Merchant number (mchid)"),
        "client_id": _("App id (appid)"),
        "secret": _("Merchant's private key (apiclient_key.pem)"),
        "is_active": _("Pay out through this merchant"),
        "sold_by": _("Belongs to"),
    },
}
_HELP = {
    "youzan": _("From the self-use application in the Youzan Cloud console."),
    "tmall": _("From the application in the Taobao open platform console."),
    "wecom": _("From the self-built application in the WeCom admin console."),
    "wechatpay": _("The whole file; its first and last line may be missing."),
}


def _hidden() -> forms.PasswordInput:
    # Never filled in again: what is stored does not leave the server.
    return forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})


class ConnectionForm(forms.Form):
    """Fields of one platform; secrets left empty keep what is stored."""

    name = forms.CharField(label=_("Name"), max_length=60)
    shop_key = forms.CharField(label=_("Shop or corp id"), max_length=64)
    client_id = forms.CharField(label=_("App key or client id"), max_length=64)
    secret = forms.CharField(label=_("Secret"), max_length=4000, required=False, widget=_hidden())
    session = forms.CharField(label=_("Session"), max_length=200, required=False, widget=_hidden())
    message_group = forms.CharField(
        label=_("Message group"),
        max_length=60,
        required=False,
        help_text=_("Without it, orders come with the pull every five minutes alone."),
    )
    agent_id = forms.RegexField(r"\A\d{1,12}\Z", label=_("Agent id"), required=False)
    callback_token = forms.CharField(
        label=_("Callback token"), max_length=64, required=False, widget=_hidden()
    )
    encoding_aes_key = forms.RegexField(
        r"\A[A-Za-z0-9+/]{43}\Z",
        label=_("EncodingAESKey"),
        required=False,
        widget=_hidden(),
        help_text=_("43 letters and digits"),
    )
    cert_serial = forms.RegexField(
        r"\A[0-9A-Fa-f]{8,64}\Z", label=_("Serial number of the certificate"), required=False
    )
    apiv3_key = forms.RegexField(
        r"\A[\x21-\x7e]{32}\Z", label=_("API v3 key"), required=False, widget=_hidden(),
        help_text=_("32 signs"),
    )  # fmt: skip
    platform_key_id = forms.CharField(
        label=_("Id of WeChat Pay's public key"), max_length=80, required=False
    )
    platform_key = forms.CharField(
        label=_("WeChat Pay's public key (pub_key.pem)"), max_length=2000, required=False,
        widget=_hidden(),
    )  # fmt: skip
    max_ratio_bp = forms.RegexField(
        r"\A[1-9]\d{0,3}\Z", label=_("Most of a payment that may be shared, basis points"),
        required=False, help_text=_("3000 (30 %) unless agreed otherwise"),
    )  # fmt: skip
    sold_by = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Sold by"))
    base_url = forms.URLField(
        label=_("Address of the platform"), max_length=200, assume_scheme="https"
    )
    is_active = forms.BooleanField(label=_("Read this shop and accept its pushes"), required=False)

    def __init__(
        self,
        post: Any = None,
        *,
        platform: str,
        actor: User,
        connection: Connection | None = None,
    ) -> None:
        super().__init__(post, initial=_initial(platform, connection))
        self.platform, self.connection = platform, connection
        self._keep_fields(platform)
        units = OrgUnit.objects.filter(is_active=True).order_by("path")
        sold_by = self.fields["sold_by"]
        if isinstance(sold_by, forms.ModelChoiceField):
            sold_by.queryset = units if actor.sees_everything else units.filter(pk__in=actor.units)
        self.fields["secret"].help_text = _HELP[platform]
        if connection is None:
            for name in ("secret", *(_NEEDED & set(_EXTRA[platform]))):
                self.fields[name].required = True
            return
        self.fields["shop_key"].disabled = True
        self._say_what_is_stored(connection)

    def clean_base_url(self) -> str:
        """Refuse an address that leads into our own network."""
        url = str(self.cleaned_data["base_url"]).rstrip("/")
        if not is_callable_address(url, egress_allow()):
            raise forms.ValidationError(
                _("This address may not be called. Use the platform's own https address"),
                code="address",
            )
        return url

    def clean(self) -> dict[str, Any]:
        """Ask for the secrets again when they would go to another address than before."""
        entered = super().clean() or {}
        known = self.connection
        address = entered.get("base_url")
        if known is not None and address and address != known.base_url:
            for name in ("secret", *(_NEEDED & set(_EXTRA[self.platform]))):
                if not entered.get(name):
                    self.add_error(name, _("The address changed: enter this again"))
        return entered

    def facts(self) -> ConnectionFacts:
        """Return what was entered; the form is valid."""
        entered = self.cleaned_data
        extra = {name: entered[name] for name in _EXTRA[self.platform]}
        return ConnectionFacts(
            platform=self.platform,
            name=entered["name"],
            shop_key=entered["shop_key"],
            client_id=entered.get("client_id") or entered["shop_key"],
            sold_by=entered["sold_by"],
            base_url=entered["base_url"],
            is_active=entered["is_active"],
            secret=entered["secret"],
            extra=Extra(**extra),
        )

    def _keep_fields(self, platform: str) -> None:
        others = {name for names in _EXTRA.values() for name in names} - set(_EXTRA[platform])
        for name in others:
            del self.fields[name]
        if platform == "wecom":
            del self.fields["client_id"]
        for name, words in _WORDS[platform].items():
            self.fields[name].label = words

    def _say_what_is_stored(self, connection: Connection) -> None:
        if connection.secret_tail:
            self.fields["secret"].help_text = _(
                "Stored, ending in %(tail)s. Leave empty to keep it."
            ) % {"tail": connection.secret_tail}
        for name in _EXTRA[self.platform]:
            self.fields[name].help_text = _("Leave empty to keep what is stored.")


def _initial(platform: str, connection: Connection | None) -> dict[str, Any]:
    if connection is None:
        return {"base_url": USUAL[platform], "is_active": True}
    return {
        "name": connection.name,
        "shop_key": connection.shop_key,
        "client_id": connection.client_id,
        "sold_by": connection.sold_by_id,
        "base_url": connection.base_url,
        "is_active": connection.is_active,
    }


class OrderNumberForm(forms.Form):
    """The number of an order to be fetched again."""

    number = forms.RegexField(
        r"\A[A-Za-z0-9_-]{1,64}\Z", label=_("Shop order number"), max_length=64
    )
