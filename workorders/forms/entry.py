"""Forms for orders that people enter and for places that people correct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import ServiceItem
from catalog.selectors import active_items
from common.errors import Refused
from common.money import parse_yuan
from customers.receiver import Spot, clean_phone, is_phone
from network.models import OrgUnit
from network.order_types import order_type_names
from workorders.models import WorkOrder
from workorders.services.entry import ManualOrder
from workorders.services.opening import Marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User


def sellers(actor: User) -> Any:
    """Return the active units the actor may enter orders for."""
    units = OrgUnit.objects.filter(is_active=True).order_by("path")
    return units if actor.sees_everything else units.filter(pk__in=actor.units)


class EntryForm(forms.Form):
    """One order from anywhere else; the district comes from the picker beside it."""

    customer_name = forms.CharField(label=_("Customer"), max_length=60)
    phone = forms.CharField(
        label=_("Phone"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    detail = forms.CharField(
        label=_("Street and number"),
        max_length=200,
        help_text=_("Without a district chosen above it is read from this text"),
    )
    site_note = forms.CharField(label=_("Site notes"), max_length=200, required=False)
    item = forms.ModelChoiceField(ServiceItem.objects.none(), label=_("Service item"))
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=999, initial=1)
    paid = forms.CharField(
        label=_("Paid amount in yuan"),
        max_length=20,
        required=False,
        help_text=_("Empty: included in the goods, the price list counts"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    sold_by = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Sold by"))
    number = forms.CharField(
        label=_("Order number where it was sold"), max_length=64, required=False
    )
    order_type = forms.ChoiceField(
        label=_("Order type"),
        required=False,
        help_text=_("Chosen here it counts instead of what service item and region say"),
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    high_work = forms.BooleanField(label=_("Work at height"), required=False)
    site_kind = forms.ChoiceField(label=_("Site"), choices=WorkOrder.SiteKind.choices)
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, actor: User,
        first: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """`first` are values an address names, such as those of a quotation."""
        super().__init__(data, initial={"sold_by": actor.unit} | dict(first or {}))
        item, seller = self.fields["item"], self.fields["sold_by"]
        if isinstance(item, forms.ModelChoiceField):
            item.queryset = active_items()
        order_type = self.fields["order_type"]
        if isinstance(order_type, forms.ChoiceField):
            own = ("", _("As service item and region say"))
            order_type.choices = [own, *order_type_names().items()]
        if isinstance(seller, forms.ModelChoiceField):
            seller.queryset = sellers(actor)

    def clean_phone(self) -> str:
        """Refuse what nobody can call."""
        phone = clean_phone(self.cleaned_data["phone"])
        if not is_phone(phone):
            raise forms.ValidationError(
                _("Enter a mobile number of 11 digits or a landline with area code")
            )
        return phone

    def clean_paid(self) -> int | None:
        """Read yuan into fen; empty stays unknown."""
        typed = self.cleaned_data["paid"].strip()
        return _fen(typed) if typed else None

    def entry(self, division_code: str) -> ManualOrder:
        """Return what was typed, as the service takes it."""
        found = self.cleaned_data
        return ManualOrder(
            customer_name=found["customer_name"],
            phone=found["phone"],
            item=found["item"],
            sold_by=found["sold_by"],
            detail=found["detail"],
            division_code=division_code,
            quantity=found["quantity"],
            paid_fen=found["paid"],
            number=found["number"],
            remark=found["remark"],
            site_note=found["site_note"],
            marks=Marks(
                urgent=found["urgent"],
                high_work=found["high_work"],
                site_kind=found["site_kind"],
                order_type=found["order_type"],
            ),
        )


class SpotForm(forms.Form):
    """A point on the map, where one is known."""

    lon = forms.FloatField(label=_("Longitude"), min_value=70, max_value=140, required=False)
    lat = forms.FloatField(label=_("Latitude"), min_value=0, max_value=60, required=False)
    datum = forms.ChoiceField(
        label=_("Source of the position"),
        choices=[
            ("gcj02", _("AMap, Tencent map (GCJ-02)")),
            ("bd09", _("Baidu map (BD-09)")),
            ("wgs84", _("GPS (WGS-84)")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        """Refuse half a position."""
        found = super().clean() or {}
        if (found.get("lon") is None) != (found.get("lat") is None):
            raise forms.ValidationError(_("Enter longitude and latitude together, or neither"))
        return found

    def spot(self) -> Spot | None:
        """Return the point, None when none was typed."""
        found = self.cleaned_data
        if found.get("lon") is None:
            return None
        return Spot(found["lon"], found["lat"], found["datum"])


class MappingForm(forms.Form):
    """What an unmapped product asks for."""

    item = forms.ModelChoiceField(
        ServiceItem.objects.none(), label=_("Service item"), required=False
    )
    price_included = forms.BooleanField(
        label=_("Installation included in the goods"), required=False
    )
    no_service = forms.BooleanField(label=_("No service"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        item = self.fields["item"]
        if isinstance(item, forms.ModelChoiceField):
            item.queryset = active_items()

    def items(self) -> list[ServiceItem]:
        """Return the items to choose from, read once for all rows of the page."""
        return list(active_items())

    def clean(self) -> dict[str, Any]:
        """One of the two must be said."""
        found = super().clean() or {}
        if not found.get("no_service") and found.get("item") is None:
            raise forms.ValidationError(_("Choose a service item, or say that none is needed"))
        return found


def _fen(typed: str) -> int:
    try:
        amount_fen = parse_yuan(typed)
    except Refused as refused:
        raise forms.ValidationError(str(refused)) from refused
    if amount_fen < 0:
        raise forms.ValidationError(_("The paid amount cannot be negative"))
    return amount_fen
