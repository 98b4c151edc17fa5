"""The form of a repair request: for customers, on their own phones, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import ServiceItem
from catalog.selectors import active_items
from customers.receiver import clean_phone, is_phone
from workorders.services.requests import RepairRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workorders.stickers import Sticker


class RequestForm(forms.Form):
    """Who, where, what is broken; `website` is left empty by people and filled in by machines."""

    item = forms.ModelChoiceField(
        ServiceItem.objects.none(), label=_("What is it about"), required=False,
        empty_label=_("Something else, or I do not know"),
    )  # fmt: skip
    product = forms.CharField(
        label=_("Brand and model, if you know it"), max_length=80, required=False
    )
    fault = forms.CharField(
        label=_("What is wrong"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = forms.CharField(
        label=_("Phone"), max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address"), max_length=200,
        help_text=_("With city and district, for example 杭州市拱墅区莫干山路 8 号 202 室"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1"}))

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, sticker: Sticker | None = None
    ) -> None:
        """`sticker` names the appliance, and nothing of whoever owns it."""
        first = {"product": sticker.product, "item": sticker.repair_item} if sticker else {}
        super().__init__(data, initial=first)
        self.sticker = sticker
        item = self.fields["item"]
        if isinstance(item, forms.ModelChoiceField):
            item.queryset = active_items().filter(current__flow_key="repair")

    def clean_phone(self) -> str:
        """Refuse what nobody can call."""
        phone = clean_phone(self.cleaned_data["phone"])
        if not is_phone(phone):
            raise forms.ValidationError(
                _("Enter a mobile number of 11 digits or a landline with area code")
            )
        return phone

    @property
    def is_from_a_machine(self) -> bool:
        """Whether the entry people do not see was filled in."""
        return bool(self.cleaned_data.get("website"))

    def asked(self) -> RepairRequest:
        """Return what was asked for; only of a valid form."""
        said = self.cleaned_data
        return RepairRequest(
            name=said["name"],
            phone=said["phone"],
            address=said["address"],
            product=said["product"],
            fault=said["fault"],
            item=said["item"],
            sold_by=self.sticker.sold_by if self.sticker else None,
            about=self.sticker.number if self.sticker else "",
        )
