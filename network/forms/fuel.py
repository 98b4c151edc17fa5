"""The form of a change of the fuel price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from network.forms.choices import TreeChoiceField
from network.models import Region

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet


class FuelForm(forms.Form):
    """A percentage for a region (or everywhere) from a day on, and where it is known from."""

    region = TreeChoiceField(Region.objects.none(), label=_("Region"), required=False)
    percent = forms.DecimalField(
        label=_("Change in percent"),
        max_digits=5,
        decimal_places=2,
        min_value=-100,
        max_value=100,
        help_text=_("Against the price your rules were made with; 3 means 3 % dearer, 0 ends it"),
    )
    from_day = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}))
    source = forms.CharField(
        label=_("Source"), max_length=80, help_text=_("Such as the notice of the price authority")
    )

    def __init__(self, *args: Any, regions: QuerySet[Region], everywhere: bool, **kw: Any) -> None:
        kw.setdefault("initial", {"from_day": clock.business_day()})
        super().__init__(*args, **kw)
        field = self.fields["region"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (tells the type checker)
        field.queryset = regions
        field.required = not everywhere
        field.empty_label = str(_("Everywhere")) if everywhere else "—"

    def value_bp(self) -> int:
        """Return the change of a valid form in basis points."""
        percent: Decimal = self.cleaned_data["percent"]
        return int(percent * 100)
