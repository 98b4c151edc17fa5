"""Fields that say where something stands: district by picker, or coordinates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.divisions import Located, division, locate
from network.forms.divisions import DivisionField

_SIXTH = Decimal("0.000001")


class PositionForm(forms.Form):
    """Address, district and coordinates; without coordinates the district's centre stands in."""

    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    district = DivisionField(
        label=_("District"),
        required=False,
        help_text=_("Empty: read from the front of the address"),
    )
    lon = forms.DecimalField(
        label=_("Longitude"),
        max_digits=9,
        decimal_places=6,
        min_value=-180,
        max_value=180,
        required=False,
    )
    lat = forms.DecimalField(
        label=_("Latitude"),
        max_digits=8,
        decimal_places=6,
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("WGS-84; leave both empty to use the district's centre"),
    )

    def clean(self) -> dict[str, Any]:
        """Fill district and coordinates from each other where that is possible."""
        given = super().clean() or {}
        lon, lat = given.get("lon"), given.get("lat")
        if (lon is None) != (lat is None) and not {"lon", "lat"} & set(self.errors):
            raise ValidationError(
                _("Longitude and latitude belong together; give both or neither"), code="position"
            )
        code = given.get("district") or district_in(given.get("address", ""))
        given["district"] = code
        found = division(code) if code else None
        if lon is None and found is not None:
            given["lon"], given["lat"] = (Decimal(part).quantize(_SIXTH) for part in found.point)
        return given


def district_in(address: str) -> str:
    """Return the code at the front of a written address, "" when there is none or two fit."""
    found = locate(address) if address else None
    return found.code if isinstance(found, Located) else ""
