"""Which orders are computed again, and which fact is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.selectors import visible_installers
from catalog.selectors import active_items
from network.selectors import visible_regions
from settlement.proposals.selectors import rule_sets
from settlement.slips import periods

if TYPE_CHECKING:
    from accounts.models import Installer, User
    from catalog.models import ServiceItem
    from network.models import Region
    from settlement.models import RuleSet, StatementPeriod

_ALL = _("All")


class RecomputeForm(forms.Form):
    """A filter over settled orders; without any choice all of them."""

    period: forms.ModelChoiceField[StatementPeriod] = forms.ModelChoiceField(
        None, label=_("Completed in"), required=False, empty_label=_ALL
    )
    rule_set: forms.ModelChoiceField[RuleSet] = forms.ModelChoiceField(
        None, label=_("Rules"), required=False, empty_label=_ALL
    )
    region: forms.ModelChoiceField[Region] = forms.ModelChoiceField(
        None, label=_("Region"), required=False, empty_label=_ALL
    )
    item: forms.ModelChoiceField[ServiceItem] = forms.ModelChoiceField(
        None, label=_("Service"), required=False, empty_label=_ALL
    )
    installer: forms.ModelChoiceField[Installer] = forms.ModelChoiceField(
        None, label=_("Installer"), required=False, empty_label=_ALL
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea({"rows": 2, "maxlength": 200})
    )

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, found in {
            "period": periods(),
            "rule_set": rule_sets(),
            "region": visible_regions(actor=actor),
            "item": active_items(),
            "installer": visible_installers(actor=actor).select_related("user"),
        }.items():
            self.fields[name].queryset = found  # type: ignore[attr-defined]  # a model choice

    def asked(self) -> dict[str, Any]:
        """Return the filter as a run keeps it, with the words it is shown by."""
        found = {
            name: value
            for name, value in self.cleaned_data.items()
            if value is not None and name != "reason"
        }
        kept: dict[str, Any] = {name: value.pk for name, value in found.items()}
        if "region" in found:
            kept["region_path"] = found["region"].path
        kept["words"] = [
            [str(self.fields[name].label), str(value)] for name, value in found.items()
        ]
        return kept
