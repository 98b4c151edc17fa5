"""Which price is moved, on which orders, and what is assumed of demand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import ServiceItem
from network.selectors import managed_regions
from settlement.models import RuleSet
from settlement.pricing.plan import Lever
from settlement.pricing.selectors import price_lists
from settlement.rule_sheets import table_word

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import Region

MOST_ORDERS = 2_000


class PlanForm(forms.Form):
    """A plan; the price lists offered are those of the rules in force."""

    rules: forms.ModelChoiceField[RuleSet] = forms.ModelChoiceField(
        RuleSet.objects.order_by("key"), label=_("Rules"), empty_label=None
    )
    lever = forms.ChoiceField(label=_("Price to move"))
    region: forms.ModelChoiceField[Region] = forms.ModelChoiceField(
        None, label=_("Region"), required=False, empty_label=_("All")
    )
    item: forms.ModelChoiceField[ServiceItem] = forms.ModelChoiceField(
        ServiceItem.objects.order_by("code"),
        label=_("Service"),
        required=False,
        empty_label=_("All"),
    )
    orders = forms.IntegerField(
        label=_("Latest orders"), min_value=1, max_value=MOST_ORDERS, initial=500
    )
    elasticity = forms.DecimalField(
        label=_("Demand per per cent"),
        help_text=_(
            "An assumption of yours: by how many per cent demand changes when customers pay one per"
            " cent more, such as −1.5. It is 0 when demand stays as it is."
        ),
        min_value=Decimal(-10),
        max_value=Decimal(10),
        decimal_places=2,
        initial=Decimal(0),
    )

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["region"].queryset = managed_regions(actor=actor)  # type: ignore[attr-defined]  # a model choice
        lists = [(f"grid:{name}", _list_word(name)) for name in price_lists()]
        self.fields["lever"].choices = [  # type: ignore[attr-defined]  # a choice field
            (Lever.CUSTOMER.value, _("What customers pay")), *lists,
        ]  # fmt: skip

    def query(self) -> dict[str, Any]:
        """Return the arguments of `simulated` of a valid form."""
        found = self.cleaned_data
        kind, _colon, grid = found["lever"].partition(":")
        return {
            "rule_set": found["rules"],
            "lever": Lever(kind),
            "grid": grid,
            "region": found["region"],
            "item": found["item"],
            "orders": found["orders"],
            "elasticity_x100": int(found["elasticity"] * 100),
        }


def _list_word(name: str) -> str:
    return str(_("Price list: %(name)s") % {"name": table_word(name)})
