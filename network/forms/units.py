"""The form of a unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.forms.choices import TreeChoiceField
from network.forms.positions import PositionForm
from network.models import OrgUnit


class UnitForm(PositionForm):
    """A unit with its place in the tree and on the ground."""

    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrgUnit.Kind.choices)
    parent = TreeChoiceField(OrgUnit.objects.none(), label=_("Above"), required=False)
    agent = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=_("Regional agent"),
        required=False,
        help_text=_("Receives the agent's share of this branch's orders"),
    )
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    radius_km = forms.IntegerField(
        label=_("Service radius in kilometres"), min_value=1, max_value=500, initial=30
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)
    field_order = (
        "code",
        "name",
        "kind",
        "parent",
        "agent",
        "phone",
        "address",
        "district",
        "lon",
        "lat",
        "radius_km",
        "is_active",
    )

    def __init__(self, *args: Any, unit: OrgUnit | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(unit) if unit and unit.pk else {})
        super().__init__(*args, **kwargs)
        self.unit = unit or OrgUnit()
        units = OrgUnit.objects.order_by("path")
        if self.unit.path:
            units = units.exclude(path__startswith=self.unit.path)
        _choose(self.fields["parent"], units)
        _choose(self.fields["agent"], OrgUnit.objects.filter(kind=OrgUnit.Kind.AGENT))

    def clean_code(self) -> str:
        """Given once."""
        code: str = self.cleaned_data["code"].strip()
        if OrgUnit.objects.filter(code=code).exclude(pk=self.unit.pk).exists():
            raise ValidationError(_("Another unit has this code"), code="unit.code")
        return code

    def filled(self) -> OrgUnit:
        """Return the unit of a valid form, not stored yet."""
        given, unit = self.cleaned_data, self.unit
        for name in ("code", "name", "kind", "parent", "agent", "phone", "address", "is_active"):
            setattr(unit, name, given[name])
        unit.division_code, unit.lon, unit.lat = given["district"], given["lon"], given["lat"]
        unit.service_radius_m = given["radius_km"] * 1000
        return unit


def _choose(field: forms.Field, units: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (tells the type checker)
    field.queryset = units


def _initial(unit: OrgUnit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent_id,
        "agent": unit.agent_id,
        "phone": unit.phone,
        "address": unit.address,
        "district": unit.division_code,
        "lon": unit.lon,
        "lat": unit.lat,
        "radius_km": max(1, unit.service_radius_m // 1000),
        "is_active": unit.is_active,
    }
