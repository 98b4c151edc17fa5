"""Adjusting an order's money, and what the lists of adjustments and held money show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.money import parse_yuan
from settlement.adjustments.making import Wish
from settlement.adjustments.selectors import parties_of
from settlement.held.selectors import CAUSES
from settlement.models import Party, SettlementAdjustment, SettlementLine

if TYPE_CHECKING:
    from settlement.models import Settlement


class AdjustmentForm(forms.Form):
    """Who gets how much from whom, and why."""

    payee: forms.ModelChoiceField[Party] = forms.ModelChoiceField(None, label=_("Who gets it"))
    payer: forms.ModelChoiceField[Party] = forms.ModelChoiceField(None, label=_("Who pays it"))
    amount = forms.CharField(
        label=_("Amount, yuan"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    line: forms.ModelChoiceField[SettlementLine] = forms.ModelChoiceField(
        None, label=_("About the line"), required=False, empty_label=_("the whole order")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea({"rows": 2, "maxlength": 200})
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=200,
        required=False,
        help_text=_("Where it can be looked up, such as a call, a photo or a contract"),
    )

    def __init__(self, *args: Any, settlement: Settlement, **options: Any) -> None:
        super().__init__(*args, **options)
        parties = Party.objects.filter(pk__in=[party.pk for party in parties_of(settlement)])
        lines = settlement.lines.order_by("seq")
        for name, found in {"payee": parties, "payer": parties, "line": lines}.items():
            self.fields[name].queryset = found.order_by("pk")  # type: ignore[attr-defined]  # a model choice
        self.fields["line"].label_from_instance = _line_words  # type: ignore[attr-defined]  # the same

    def clean_amount(self) -> int:
        """Fen; an adjustment that takes names the payees the other way round."""
        try:
            fen = parse_yuan(self.cleaned_data["amount"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if fen <= 0:
            raise forms.ValidationError(_("Enter an amount above 0; choose who gets and who pays"))
        return fen

    def wish(self) -> Wish:
        """Return what a valid form asks for."""
        typed = self.cleaned_data
        return Wish(
            payee=typed["payee"],
            payer=typed["payer"],
            amount_fen=typed["amount"],
            reason=typed["reason"],
            evidence=typed["evidence"],
            line=typed["line"],
        )


def _line_words(line: SettlementLine) -> str:
    return f"{line.seq}. {line.label}"


class AdjustmentFilter(forms.Form):
    """Which adjustments to show; what makes no sense is left out of the query."""

    q = forms.CharField(label=_("Work order or payee"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *SettlementAdjustment.State.choices],
    )

    def query(self) -> dict[str, str]:
        """Return the arguments of `adjustment_list`."""
        self.is_valid()
        found = self.cleaned_data
        return {"state": found.get("state", ""), "words": found.get("q", "")}


class HeldFilter(forms.Form):
    """Which held money to show."""

    payee = forms.CharField(label=_("Payee"), required=False, max_length=40)
    cause = forms.ChoiceField(label=_("Cause"), required=False, choices=[("", _("All")), *CAUSES])

    def query(self) -> dict[str, str]:
        """Return the arguments of `HeldMoney`."""
        self.is_valid()
        found = self.cleaned_data
        return {"cause": found.get("cause", ""), "payee": found.get("payee", "")}
