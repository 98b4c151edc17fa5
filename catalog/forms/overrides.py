"""The form of a regional override: only what a region may change has a field."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import YuanField, quantity_milli, quantity_text
from catalog.models import Material, RegionalOverride
from catalog.services.overrides import Change
from network.forms.choices import TreeChoiceField
from network.models import Region
from network.selectors import managed_regions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User

PERCENT_BP = 100


class OverrideForm(forms.Form):
    """Minutes, price, one extra material and a note; all year or in some months."""

    region = TreeChoiceField(Region.objects.none(), label=_("Region"))
    months = forms.MultipleChoiceField(
        label=_("Months"),
        required=False,
        choices=[(str(number), name) for number, name in MONTHS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all year"),
    )
    minutes_percent = forms.DecimalField(
        label=_("Minutes in percent"),
        min_value=Decimal(10),
        max_value=Decimal(500),
        decimal_places=2,
        initial=Decimal(100),
        help_text=_("100 leaves headquarters' minutes as they are, 120 adds a fifth"),
    )
    extra_minutes = forms.IntegerField(
        label=_("Extra minutes"), min_value=0, max_value=1440, initial=0
    )
    list_price = YuanField(
        label=_("List price in yuan"), required=False, help_text=_("Empty: the price from above")
    )
    material = forms.ModelChoiceField(
        Material.objects.none(), label=_("Extra material"), required=False
    )
    quantity = forms.CharField(label=_("Quantity of it"), required=False, max_length=12)
    note = forms.CharField(
        label=_("Instruction"),
        required=False,
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self, *args: Any, actor: User, override: RegionalOverride | None = None,
        first: Mapping[str, str] | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """`first` are values an address names, such as a suggested price."""
        kwargs.setdefault("initial", _initial(override) if override else dict(first or {}))
        super().__init__(*args, **kwargs)
        _choose(self.fields["region"], managed_regions(actor=actor))
        _choose(self.fields["material"], Material.objects.filter(is_active=True))

    def clean_quantity(self) -> int:
        """Return thousandths of the material's unit."""
        typed: str = self.cleaned_data["quantity"].strip()
        return quantity_milli(typed) if typed else 0

    def clean(self) -> dict[str, Any]:
        """A material comes with a quantity, and something is changed at all."""
        given = super().clean() or {}
        if self.errors:
            return given
        if bool(given["material"]) != bool(given["quantity"]):
            self.add_error("quantity", _("Material and quantity belong together"))
        elif not self.change().says_something():
            raise ValidationError(
                _("Nothing is changed yet: give minutes, a price, a material or an instruction"),
                code="override.empty",
            )
        return given

    def change(self) -> Change:
        """Return what a valid form changes."""
        given = self.cleaned_data
        material = given["material"]
        return Change(
            months=tuple(sorted(int(month) for month in given["months"])),
            minutes_bp=int(given["minutes_percent"] * PERCENT_BP),
            extra_minutes=given["extra_minutes"],
            list_price_fen=given["list_price"],
            material_code=material.code if material else "",
            material_milli=given["quantity"] or 0,
            note=given["note"],
        )


def _choose(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (tells the type checker)
    field.queryset = rows


def _initial(override: RegionalOverride) -> dict[str, Any]:
    material = Material.objects.filter(code=override.material_code).first()
    return {
        "region": override.region_id,
        "months": [str(month) for month in override.months],
        "minutes_percent": Decimal(override.minutes_bp) / PERCENT_BP,
        "extra_minutes": override.extra_minutes,
        "list_price": override.list_price_fen,
        "material": material.pk if material else None,
        "quantity": quantity_text(override.material_milli) if override.material_milli else "",
        "note": override.note,
    }
