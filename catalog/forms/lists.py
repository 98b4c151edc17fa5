"""Forms of materials and product mappings, and the filters of the lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import YuanField
from catalog.models import Material, ProductMapping, ServiceItem
from catalog.selectors import categories
from network.forms.choices import TreeChoiceField
from network.models import Region

PLATFORMS = [
    ("", _("Any")),
    ("youzan", _("Youzan")),
    ("tmall", _("Tmall")),
    ("manual", _("Manual")),
]


class ItemFilter(forms.Form):
    """The filters of the list of items."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=40)
    category = forms.ChoiceField(label=_("Category"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("on", _("In use")), ("off", _("Withdrawn"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = forms.ChoiceField(
            label=_("Category"),
            required=False,
            choices=[("", _("All")), *((name, name) for name in categories())],
        )


class PriceFilter(forms.Form):
    """Where and when the prices of the list apply."""

    region = TreeChoiceField(
        Region.objects.none(), label=_("Region"), required=False, empty_label=_("Headquarters")
    )
    on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, regions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, TreeChoiceField)  # noqa: S101  (tells the type checker)
        region.queryset = regions


class MaterialForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A material with its price per unit."""

    price = YuanField(label=_("Price per unit in yuan"))

    class Meta:
        model = Material
        fields = ("code", "name", "unit", "kind", "is_active")

    field_order = ("code", "name", "unit", "kind", "price", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        material = kwargs.get("instance")
        if material is not None:
            kwargs.setdefault("initial", {"price": material.unit_price_fen})
        super().__init__(*args, **kwargs)
        # Published steps name materials by code: a changed code would leave them without one.
        self.fields["code"].disabled = material is not None

    def filled(self) -> Material:
        """Return the material of a valid form, not stored yet."""
        material: Material = self.save(commit=False)
        material.unit_price_fen = self.cleaned_data["price"]
        return material


class MappingForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A product code and the item it asks for."""

    platform = forms.ChoiceField(label=_("Platform"), required=False, choices=PLATFORMS)

    class Meta:
        model = ProductMapping
        fields = ("platform", "product_code", "item", "price_included")
        help_texts = {"product_code": _("A code ending in * stands for all that begin like it")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.fields["item"]
        assert isinstance(item, forms.ModelChoiceField)  # noqa: S101  (tells the type checker)
        item.queryset = ServiceItem.objects.filter(is_active=True)
        item.empty_label = str(_("No service"))

    def clean_product_code(self) -> str:
        """A star stands at the end only, and never alone: it would catch every product."""
        code: str = self.cleaned_data["product_code"].strip()
        if code.strip("*") == "" or "*" in code[:-1]:
            raise ValidationError(_("A star stands at the end, after some letters or digits"))
        return code

    def clean(self) -> dict[str, Any]:
        """Included goods need an item."""
        given = super().clean() or {}
        if given.get("price_included") and not given.get("item"):
            self.add_error("price_included", _("Choose the service that is included"))
        return given
