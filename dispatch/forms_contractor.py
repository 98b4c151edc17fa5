"""What is entered to give an order to a contractor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import PhoneField
from catalog.forms.fields import YuanField
from dispatch.contractors.giving import MOST_DAYS, USUAL_DAYS, Wanted
from network.models import OrgUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from workorders.models import WorkOrder

_AGREED, _TARIFF = "agreed", "tariff"
_PAYEES = (OrgUnit.Kind.OUTLET, OrgUnit.Kind.AGENT, OrgUnit.Kind.DEALER, OrgUnit.Kind.BRANCH)


class ContractorForm(forms.Form):
    """Who, for which outlet, for how much and until when."""

    name = forms.CharField(label=_("Name of the contractor (payee)"), max_length=40)
    phone = PhoneField(label=_("Phone of the contractor"))
    outlet = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Works for the outlet"), empty_label=None
    )
    pay = forms.ChoiceField(
        label=_("Pay"),
        choices=[(_AGREED, _("Agreed price")), (_TARIFF, _("By the company's rules"))],
    )
    price = YuanField(label=_("Agreed price in yuan"), required=False)
    days = forms.IntegerField(
        label=_("The link works for days"), min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS
    )
    reason = forms.CharField(label=_("Reason for the change"), required=False, max_length=200)
    held = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, actor: User, order: WorkOrder
    ) -> None:
        initial = {"held": order.installer_id, "outlet": order.served_by_id}
        super().__init__(data, initial=initial, prefix="contractor")
        units = OrgUnit.objects.filter(is_active=True, kind__in=_PAYEES).order_by("path")
        own = units if actor.sees_everything else units.filter(pk__in=actor.units)
        self.fields["outlet"].queryset = own  # type: ignore[attr-defined]  # a ModelChoiceField
        self._is_held = order.installer_id is not None
        if not self._is_held:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Ask for the price where it is agreed, and for a reason where somebody loses the order."""
        values = dict(super().clean() or {})
        if values.get("pay") == _AGREED and values.get("price") is None and "price" in values:
            self.add_error("price", _("Enter the agreed price"))
        if self._is_held and not values.get("reason", "").strip():
            self.add_error("reason", _("Somebody else has this order. Say why it moves."))
        return values

    def wanted(self) -> Wanted:
        """Return what was entered; of a valid form."""
        said = self.cleaned_data
        return Wanted(
            name=said["name"],
            phone=said["phone"],
            outlet=said["outlet"],
            agreed_fen=said["price"] if said["pay"] == _AGREED else None,
            days=said["days"],
            reason=said.get("reason", ""),
            believed=said["held"],
        )


class LinkForm(forms.Form):
    """For how long a new link works."""

    days = forms.IntegerField(
        label=_("The link works for days"), min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS
    )


class BackForm(forms.Form):
    """Why the order is taken back."""

    reason = forms.CharField(label=_("Reason for taking it back"), max_length=200)
