"""The form of one row of the surcharges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import YuanField
from network.forms.choices import TreeChoiceField
from network.models import Region
from network.selectors import visible_regions
from settlement.models import PriceSurcharge
from settlement.quotations.asking import CHANNELS
from settlement.quotations.limits import impossible_row
from settlement.quotations.surcharge_seen import shown_of
from settlement.quotations.surcharges import all_surcharges, with_row
from settlement.quotations.together import impossible_together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User

_BP = 100


class SurchargeForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """When a row counts, and what it adds: a percentage or an amount."""

    percent = forms.DecimalField(
        label=_("Percent"), required=False, min_value=-100, max_value=1000, max_digits=6,
        decimal_places=2, help_text=_("Below 0: a discount"),
        error_messages={
            "min_value": _("A discount ends at 100%%: nobody is paid for a job"),
            "max_value": _("A surcharge ends at 1,000%% of the price"),
        },
    )  # fmt: skip
    amount = YuanField(label=_("Amount in yuan"), required=False)
    free = forms.IntegerField(
        label=_("Beyond km or floors"), required=False, min_value=0, max_value=500
    )
    step = forms.IntegerField(
        label=_("Every started km or floors"), required=False, min_value=1, max_value=500
    )
    most_amount = YuanField(label=_("At most in yuan"), required=False)
    region = TreeChoiceField(
        Region.objects.none(), label=_("Only in region"), required=False,
        help_text=_("Empty: everywhere"),
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("Only for channel"), required=False)

    class Meta:
        model = PriceSurcharge
        fields = (
            "name",
            "occasion",
            "way",
            "region",
            "channel",
            "member_level",
            "reason",
            "is_active",
        )

    field_order = (
        "name", "occasion", "free", "step", "way", "percent", "amount", "most_amount", "region",
        "channel", "member_level", "reason", "is_active",
    )  # fmt: skip

    def __init__(self, typed: Mapping[str, Any] | None, *, instance: Any, actor: User) -> None:
        first = {} if instance.pk is None else shown_of(instance)
        super().__init__(typed, instance=instance, initial=first)
        region, channel = self.fields["region"], self.fields["channel"]
        if isinstance(region, forms.ModelChoiceField):
            region.queryset = visible_regions(actor=actor)
        if isinstance(channel, forms.ChoiceField):
            channel.choices = [("", gettext("All channels")), *CHANNELS.items()]
        self.fields["member_level"].help_text = gettext("Empty: every customer")

    def clean(self) -> dict[str, Any]:
        """Ask for the percentage or the amount, whichever the row counts with."""
        found: dict[str, Any] = super().clean() or {}
        wanted = "percent" if found.get("way") in {"service", "so_far"} else "amount"
        if not found.get(wanted) and wanted not in self.errors and found.get("way"):
            self.add_error(wanted, gettext("Enter a number other than 0"))
        if not self.errors and (wrong := self._impossible(self._typed(found))):
            self.add_error("percent" if found["way"] in {"service", "so_far"} else None, wrong)
        return found

    def _impossible(self, row: PriceSurcharge) -> str:
        table = list(all_surcharges())
        return impossible_row(row) or impossible_together(table, with_row(table, row), row)

    def filled(self) -> PriceSurcharge:
        """Return the unsaved row with what was typed."""
        return self._typed(self.cleaned_data)

    def _typed(self, found: Mapping[str, Any]) -> PriceSurcharge:
        row: PriceSurcharge = self.instance
        for name in ("name", "region", "channel", "member_level", "is_active"):
            setattr(row, name, found[name])
        row.occasion, row.way = found["occasion"], found["way"]
        row.rate_bp = int((found["percent"] or 0) * _BP) if row.is_rate else 0
        row.amount_fen = 0 if row.is_rate else found["amount"] or 0
        row.free = (found["free"] or 0) if row.is_stepped else 0
        row.step = (found["step"] or 1) if row.is_stepped else 1
        row.most = 999
        row.most_fen = found["most_amount"]
        return row
