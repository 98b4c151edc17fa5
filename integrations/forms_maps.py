"""The form of the company's map platform and street map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.models import MapService

if TYPE_CHECKING:
    from collections.abc import Mapping


class MapServiceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Platform, address, key and limits; a key left empty keeps what is stored."""

    key = forms.CharField(
        label=_("Key of the platform"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_(
            "AMap, Tencent and Baidu ask for a key of the web service; OSRM and Valhalla for none."
        ),
    )

    class Meta:
        model = MapService
        fields = ("provider", "base_url", "daily_limit", "is_active")
        help_texts = {
            "base_url": _(
                "Left empty, the platform's own. OSRM and Valhalla need the address of a server."
            ),
            "daily_limit": _(
                "Each way of each installer shown counts as one. After that the estimates stand until the next day."
            ),
        }

    field_order = ("provider", "key", "base_url", "daily_limit", "is_active")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, service: MapService | None
    ) -> None:
        super().__init__(data, instance=service or MapService(pk=1))
        self.fields["daily_limit"].widget.attrs["min"] = 1

    def clean_base_url(self) -> str:
        """Return the address without blanks around it."""
        return str(self.cleaned_data["base_url"]).strip()

    def clean_daily_limit(self) -> int:
        """Return the limit; nothing at all is what the switch is for."""
        limit = int(self.cleaned_data["daily_limit"])
        if not 1 <= limit <= 1_000_000:
            raise forms.ValidationError(_("From 1 to 1,000,000 questions a day"))
        return limit


class StreetMapForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The address of tiles, their datum and who made them."""

    class Meta:
        model = MapService
        fields = ("tile_url", "tile_datum", "tile_credit")
        help_texts = {
            "tile_url": _(
                "For example https://tiles.example.com/{z}/{x}/{y}.png. Browsers load it directly: a key in it is seen by everybody who opens the board. Left empty, the board has no street map."
            ),
            "tile_datum": _(
                "Chinese street maps lie 300 to 600 m beside the true place; points are moved along."
            ),
            "tile_credit": _("Stands on the map, as its licence asks for."),
        }

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, service: MapService | None
    ) -> None:
        super().__init__(data, instance=service or MapService(pk=1))
