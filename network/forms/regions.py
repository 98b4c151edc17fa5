"""Forms about regions: one region, many at once, territories."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.divisions import children, division
from network.forms.choices import TreeChoiceField
from network.forms.divisions import DivisionField
from network.models import OrgUnit, Region, ServiceTerritory, Tier
from network.order_types import ORDER_TYPES
from network.tiers import tier_choices

_CODES = re.compile(r"[\s,，、;；]+")
_SETTLING = (OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ, OrgUnit.Kind.AGENT)


class RegionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A region; empty values are inherited, the page shows from where."""

    parent = TreeChoiceField(Region.objects.none(), label=_("Above"), required=False)
    city_level = forms.ChoiceField(label=_("City level"), required=False)
    price_band = forms.ChoiceField(label=_("Price band"), required=False)
    cost_level = forms.ChoiceField(label=_("Cost level"), required=False)
    order_type = forms.ChoiceField(
        label=_("Order type that comes first"),
        required=False,
        help_text=_("For services that leave open whether they install or repair"),
    )
    codes = forms.CharField(
        label=_("Divisions"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Codes of administrative divisions, separated by spaces; each in one region"),
    )

    class Meta:
        model = Region
        fields = (
            "code", "name", "level", "parent", "branch", "city_level", "price_band", "cost_level",
            "order_type",
        )  # fmt: skip

    field_order = (
        "code",
        "name",
        "level",
        "parent",
        "codes",
        "branch",
        "city_level",
        "price_band",
        "cost_level",
        "order_type",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        region = kwargs.get("instance")
        if region is not None and region.pk:
            kwargs.setdefault("initial", _initial(region))
        super().__init__(*args, **kwargs)
        regions = Region.objects.order_by("path")
        if self.instance.path:
            regions = regions.exclude(path__startswith=self.instance.path)
        _choose(self.fields["parent"], regions)
        _choose(self.fields["branch"], OrgUnit.objects.filter(kind__in=_SETTLING, is_active=True))
        for kind in Tier.Kind:
            own = str(getattr(self.instance, kind.value))
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, required=False, choices=_tiers_of(kind.value, own)
            )

        order_type = self.fields["order_type"]
        assert isinstance(order_type, forms.ChoiceField)  # noqa: S101  (tells the type checker)
        order_type.choices = [("", _("Inherited")), *ORDER_TYPES.items()]

    def clean_codes(self) -> list[str]:
        """Return the codes; each is a division of today."""
        typed = [code for code in _CODES.split(self.cleaned_data["codes"]) if code]
        found = [division(code) for code in typed]
        unknown = [code for code, place in zip(typed, found, strict=True) if place is None]
        if unknown:
            raise ValidationError(
                _("No administrative division has the code %(codes)s"),
                code="division",
                params={"codes": "、".join(unknown)},
            )
        return [place.code for place in found if place is not None]

    def filled(self) -> Region:
        """Return the region of a valid form, not stored yet."""
        region: Region = self.save(commit=False)
        return region


def _tiers_of(kind: str, own: str) -> list[tuple[str, object]]:
    """The list with "inherited" first; a value from before the lists stays possible."""
    listed = tier_choices(kind)
    stray = [(own, own)] if own and own not in dict(listed) else []
    return [("", _("Inherited")), *listed, *stray]


def _initial(region: Region) -> dict[str, Any]:
    return {"codes": " ".join(region.divisions.order_by("code").values_list("code", flat=True))}


class SeedForm(forms.Form):
    """Whole provinces, or one city, as regions with their starting levels."""

    provinces = forms.MultipleChoiceField(
        label=_("Whole provinces, with all their cities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place = DivisionField(label=_("Or one city or district"), required=False)
    branch = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=_("Settled by branch"),
        required=False,
        help_text=_("For the new provinces; can be set later for each region"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provinces"] = forms.MultipleChoiceField(
            label=_("Whole provinces, with all their cities"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(each.code, each.name) for each in children("")],
        )
        _choose(self.fields["branch"], OrgUnit.objects.filter(kind__in=_SETTLING, is_active=True))

    def clean(self) -> dict[str, Any]:
        """At least one place."""
        given = super().clean() or {}
        if not given.get("provinces") and not given.get("place") and not self.errors:
            raise ValidationError(_("Choose at least one province or city"), code="division.none")
        return given

    def codes(self) -> list[str]:
        """Return the chosen codes of a valid form."""
        given = self.cleaned_data
        return [*given["provinces"], *([given["place"]] if given["place"] else [])]

    def branches(self) -> dict[str, OrgUnit]:
        """Return which branch settles in the new provinces."""
        branch = self.cleaned_data["branch"]
        return {f"{code[:2]}0000": branch for code in self.codes()} if branch else {}


class TerritoryForm(forms.Form):
    """An outlet and a region it serves."""

    outlet = TreeChoiceField(OrgUnit.objects.none(), label=_("Service outlet"))
    region = TreeChoiceField(Region.objects.none(), label=_("Region"))
    radius_km = forms.IntegerField(
        label=_("Radius in kilometres"), min_value=1, max_value=500, initial=30
    )
    priority = forms.IntegerField(
        label=_("Priority"), min_value=1, max_value=9, initial=1, help_text=_("1 is asked first")
    )

    def __init__(
        self, *args: Any, territory: ServiceTerritory | None = None, **kwargs: Any
    ) -> None:
        if territory is not None:
            kwargs.setdefault(
                "initial",
                {
                    "outlet": territory.outlet_id,
                    "region": territory.region_id,
                    "radius_km": max(1, territory.radius_m // 1000),
                    "priority": territory.priority,
                },
            )
        super().__init__(*args, **kwargs)
        self.territory = territory or ServiceTerritory()
        outlets = OrgUnit.objects.filter(is_active=True).order_by("path")
        serving = (OrgUnit.Kind.OUTLET, OrgUnit.Kind.AGENT, OrgUnit.Kind.DEALER)
        _choose(self.fields["outlet"], outlets.filter(kind__in=serving))
        _choose(self.fields["region"], Region.objects.order_by("path"))

    def filled(self) -> ServiceTerritory:
        """Return the territory of a valid form, not stored yet."""
        given, territory = self.cleaned_data, self.territory
        territory.outlet, territory.region = given["outlet"], given["region"]
        territory.radius_m = given["radius_km"] * 1000
        territory.priority = given["priority"]
        return territory


def _choose(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (tells the type checker)
    field.queryset = rows
