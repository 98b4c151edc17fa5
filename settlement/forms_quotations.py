"""What people type to get a price: the job, the place, what the customer pays besides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.selectors import grades
from catalog.forms.fields import YuanField
from catalog.selectors import active_items, materials
from common import clock
from common.formatting import money
from network.forms.choices import TreeChoiceField
from network.selectors import visible_regions
from settlement.forms_publishing import usual_day
from settlement.quotations.asking import (
    CHANNELS,
    OWN_CHANNEL,
    Asked,
    AskedCharge,
    AskedMaterial,
    LeftOut,
)
from settlement.quotations.limits import HIGHEST_FLOOR, LONGEST_KM
from settlement.quotations.surcharges import member_levels
from settlement.quotations.surcharging import surcharges_in_use
from workorders.charges import tariffs
from workorders.models import Bearer, WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from accounts.models import User
    from settlement.models import PriceSurcharge
    from workorders.models import ChargeTariff

VAT_RATES = (600, 900, 1300, 300, 100, 0)
"""Rates of the value-added tax in China; the first is that of services."""
VALID_DAYS = 15
MATERIAL_ROWS = 3
MILLI = 1000


def _day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[usual_day])


class QuotationForm(forms.Form):
    """One job to be priced; with `draft` nobody need be named yet."""

    item = forms.ModelChoiceField(active_items().none(), label=_("Service item"))
    region = TreeChoiceField(active_items().none(), label=_("Region"))
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=999)
    channel = forms.ChoiceField(label=_("Channel"), choices=list(CHANNELS.items()), required=False)
    member_level = forms.ChoiceField(label=_("Member level"), required=False)
    planned_on = _day_field(_("Planned for"))
    starts_at = forms.TimeField(
        label=_("Start"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    site_kind = forms.ChoiceField(label=_("Site"), choices=WorkOrder.SiteKind.choices)
    distance = forms.IntegerField(label=_("Distance in km"), min_value=0, max_value=LONGEST_KM)
    floor = forms.IntegerField(label=_("Floor of the site"), min_value=-5, max_value=HIGHEST_FLOOR)
    grade = forms.ModelChoiceField(grades().none(), label=_("Installer's grade"))
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    high_work = forms.BooleanField(label=_("Work at height"), required=False)
    customer_name = forms.CharField(label=_("Customer"), max_length=60)
    site = forms.CharField(label=_("Address"), max_length=200, required=False)
    valid_until = _day_field(_("Valid until"))
    vat = forms.TypedChoiceField(
        label=_("VAT included"), coerce=int, choices=[(bp, f"{bp // 100}%") for bp in VAT_RATES]
    )
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(
        self, typed: Mapping[str, Any] | None, *, actor: User, draft: bool = False,
        first: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(typed, initial=_first_values() | dict(first or {}))
        self._tariffs = [t for t in tariffs() if t.is_active and t.bearer == Bearer.CUSTOMER]
        self._surcharges = surcharges_in_use()
        choices: dict[str, Any] = {
            "item": active_items(), "region": visible_regions(actor=actor), "grade": grades(),
        }  # fmt: skip
        for name, found in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = found
        for name in ("distance", "floor", "grade"):
            self.fields[name].required = False
        self._offer_levels()
        self.fields["customer_name"].required = not draft
        for tariff in self._tariffs:
            self.fields[_charge(tariff)] = _charge_field(tariff)
        for row in self._surcharges:
            self.fields[_leave(row)] = _leave_field(row)
        for n in range(1, MATERIAL_ROWS + 1):
            self.fields[f"material_{n}"] = forms.ModelChoiceField(
                materials(), label=_("Material"), required=False
            )
            self.fields[f"amount_{n}"] = forms.DecimalField(
                label=_("Quantity"), required=False, min_value=0, max_value=9999,
                max_digits=7, decimal_places=3,
            )  # fmt: skip

    def _offer_levels(self) -> None:
        """Offer the levels some surcharge asks for; without any nothing need be chosen."""
        field, levels = self.fields["member_level"], member_levels()
        if not levels:
            del self.fields["member_level"]
        elif isinstance(field, forms.ChoiceField):
            field.choices = [("", gettext("No member")), *((each, each) for each in levels)]

    @property
    def charge_fields(self) -> list[Any]:
        """The fields of extra charges, in the order of the tariff."""
        return [self[_charge(tariff)] for tariff in self._tariffs]

    @property
    def surcharge_fields(self) -> list[Any]:
        """The fields that leave a surcharge out, in the order of the company's table."""
        return [self[_leave(row)] for row in self._surcharges]

    @property
    def material_rows(self) -> list[tuple[Any, Any]]:
        """The fields of materials: which, and how much."""
        rows = range(1, MATERIAL_ROWS + 1)
        return [(self[f"material_{n}"], self[f"amount_{n}"]) for n in rows]

    def clean(self) -> dict[str, Any]:
        """Refuse an offer that ends before it begins, and half a material."""
        found = super().clean() or {}
        until = found.get("valid_until")
        if until is not None and until < clock.business_day():
            self.add_error("valid_until", gettext("Choose today or a later day"))
        for n in range(1, MATERIAL_ROWS + 1):
            chosen, amount = found.get(f"material_{n}"), found.get(f"amount_{n}")
            if chosen is not None and not amount and f"amount_{n}" not in self.errors:
                self.add_error(f"amount_{n}", gettext("Enter how much of it"))
        return found

    def asked(self) -> Asked:
        """Return the job as the services take it."""
        found = self.cleaned_data
        starts_at = None
        if found["starts_at"] is not None:
            starts_at = datetime.combine(found["planned_on"], found["starts_at"], clock.CHINA)
        distance_km = found["distance"]
        return Asked(
            item_version=found["item"].current,
            region=found["region"],
            planned_on=found["planned_on"],
            valid_until=found["valid_until"],
            vat_bp=found["vat"],
            quantity=found["quantity"],
            starts_at=starts_at,
            site_kind=found["site_kind"],
            urgent=found["urgent"],
            high_work=found["high_work"],
            floor=found["floor"],
            distance_m=None if distance_km is None else distance_km * 1000,
            grade=found["grade"],
            channel=found["channel"] or OWN_CHANNEL,
            member_level=found.get("member_level", ""),
            charges=tuple(self._asked_charges()),
            materials=tuple(self._asked_materials()),
            left_out=tuple(
                LeftOut(row.pk, found[_leave(row)])
                for row in self._surcharges
                if found[_leave(row)]
            ),
            customer_name=found["customer_name"],
            site=found["site"],
            remark=found["remark"],
        )

    def _asked_charges(self) -> Iterator[AskedCharge]:
        for tariff in self._tariffs:
            typed = self.cleaned_data[_charge(tariff)]
            if not typed:
                continue
            if tariff.unit_fen is None:
                yield AskedCharge(tariff, amount_fen=typed)
            else:
                yield AskedCharge(tariff, count=typed)

    def _asked_materials(self) -> Iterator[AskedMaterial]:
        for n in range(1, MATERIAL_ROWS + 1):
            chosen = self.cleaned_data[f"material_{n}"]
            if chosen is not None:
                yield AskedMaterial(chosen, int(self.cleaned_data[f"amount_{n}"] * MILLI))


def _first_values() -> dict[str, Any]:
    today = clock.business_day()
    usual = list(grades())
    return {
        "quantity": 1,
        "planned_on": today + timedelta(days=1),
        "valid_until": today + timedelta(days=VALID_DAYS),
        "starts_at": "14:00",
        "distance": 10,
        "floor": 1,
        "vat": VAT_RATES[0],
        "grade": usual[len(usual) // 2].pk if usual else None,
    }


def _charge(tariff: ChargeTariff) -> str:
    return f"charge_{tariff.code}"


def _leave(row: PriceSurcharge) -> str:
    return f"leave_{row.pk}"


def _leave_field(row: PriceSurcharge) -> forms.Field:
    """A reason leaves the surcharge out; without one it counts where it applies."""
    widget = forms.TextInput({"placeholder": gettext("Reason to leave it out")})
    return forms.CharField(
        label=row.name, max_length=200, required=False, widget=widget,
        help_text=row.get_occasion_display(),
    )  # fmt: skip


def _charge_field(tariff: ChargeTariff) -> forms.Field:
    label = tariff.get_code_display()
    if tariff.unit_fen is None:
        most = gettext("yuan, at most %(most)s") % {"most": money(tariff.most_fen)}
        return YuanField(label=label, required=False, help_text=most)
    each = f"{money(tariff.unit_fen)} / {tariff.unit}"
    most = gettext("%(each)s, at most %(most)s") % {"each": each, "most": money(tariff.most_fen)}
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=999, help_text=most
    )
