"""The order of an offer: only whom to call and where to go is still asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.selectors import items
from common.formatting import yuan
from settlement.bills.shops import shops_at
from settlement.quotations.taking import order_price_fen, sold_materials
from workorders.forms.entry import EntryForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from settlement.models import Quotation

FIXED = ("item", "quantity", "paid", "site_kind", "urgent", "high_work")
"""What the price was computed from: another value needs another offer."""


class OfferOrderForm(EntryForm):
    """An order whose job and price are those of an offer."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, quotation: Quotation, actor: User
    ) -> None:
        super().__init__(data, actor=actor, first=_first(quotation))
        item = self.fields["item"]
        if isinstance(item, forms.ModelChoiceField):
            # Also one that was withdrawn since: the offer holds.
            item.queryset = items().filter(pk=quotation.item_version.item_id)
        for name in FIXED:
            self.fields[name].disabled = True
        self.fields["paid"].help_text = _("As offered, without the extra charges beside it")


class ShopOrderForm(forms.Form):
    """Which order of which shop an offer became; a platform's only shop is not asked for."""

    shop = forms.ChoiceField(label=gettext_lazy("Shop"))
    number = forms.CharField(
        label=gettext_lazy("Shop order number"),
        max_length=64,
        help_text=gettext_lazy("As the shop shows it; the order itself comes from there"),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, channel: str, actor: User) -> None:
        super().__init__(data)
        shops = shops_at(channel, actor=actor)
        if len(shops) > 1:
            choices = [("", _("Choose the shop")), *shops]
            self.fields["shop"].choices = choices  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["shop"]


def _first(quotation: Quotation) -> dict[str, Any]:
    materials = sold_materials(quotation)
    sold = _("Sold with it: %(materials)s") % {"materials": materials} if materials else ""
    return {
        "item": quotation.item_version.item_id,
        "quantity": quotation.quantity,
        "paid": yuan(order_price_fen(quotation)).replace(",", ""),
        "site_kind": quotation.site_kind,
        "urgent": quotation.urgent,
        "high_work": quotation.high_work,
        "customer_name": quotation.customer_name,
        "detail": quotation.site,
        "remark": "；".join(part for part in (quotation.remark, sold) if part),
    }
