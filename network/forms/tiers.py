"""Forms of the lists of levels and bands, and of geofences."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import Geofence


class TierForm(forms.Form):
    """A new entry of a list: its code for good, and its name."""

    code = forms.CharField(
        label=_("Code"),
        max_length=10,
        help_text=_("What rules name, such as NT1 or 7; it cannot be changed later"),
    )
    name = forms.CharField(label=_("Name"), max_length=40, required=False)

    def clean_code(self) -> str:
        """Full-width letters and digits become plain ones."""
        return unicodedata.normalize("NFKC", self.cleaned_data["code"]).strip()


class TierNameForm(forms.Form):
    """The name of an entry."""

    name = forms.CharField(label=_("Name"), max_length=40)


class GeofenceForm(forms.Form):
    """A named point with its radius."""

    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("What rules name, such as QD-PORT")
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    lon = forms.DecimalField(
        label=_("Longitude"), max_digits=9, decimal_places=6, min_value=-180, max_value=180
    )
    lat = forms.DecimalField(
        label=_("Latitude"),
        max_digits=8,
        decimal_places=6,
        min_value=-90,
        max_value=90,
        help_text=_("WGS-84"),
    )
    radius_km = forms.DecimalField(
        label=_("Radius in kilometres"),
        max_digits=6,
        decimal_places=3,
        min_value=Decimal("0.1"),
        max_value=500,
    )

    def __init__(self, *args: Any, geofence: Geofence | None = None, **kwargs: Any) -> None:
        if geofence is not None:
            kwargs.setdefault(
                "initial",
                {
                    "code": geofence.code,
                    "name": geofence.name,
                    "lon": geofence.lon,
                    "lat": geofence.lat,
                    "radius_km": (Decimal(geofence.radius_m) / 1000).normalize(),
                },
            )
        super().__init__(*args, **kwargs)
        self.geofence = geofence or Geofence()
        if geofence is not None:
            self.fields["code"].disabled = True

    def filled(self) -> Geofence:
        """Return the geofence of a valid form, not stored yet."""
        given, geofence = self.cleaned_data, self.geofence
        geofence.code = unicodedata.normalize("NFKC", given["code"]).strip()
        geofence.name, geofence.lon, geofence.lat = given["name"], given["lon"], given["lat"]
        geofence.radius_m = int(given["radius_km"] * 1000)
        return geofence
