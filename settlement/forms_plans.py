"""Entering budgets and the contract's terms, and asking what a delay would cost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.errors import Refused
from common.money import parse_yuan
from network.selectors import managed_regions, visible_regions
from settlement.engine.delay import Terms

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import Region

MOST_MINUTES = 60 * 24 * 31
_MONTHS = 12
_MOST_FEN = 10**13


def _yuan(typed: str, *, least: int) -> int:
    """Return fen; a form's error for what is no amount or out of reach."""
    try:
        fen = parse_yuan(typed)
    except Refused as refusal:
        raise forms.ValidationError(str(refusal)) from None
    if fen < least:
        raise forms.ValidationError(_("Enter a larger amount"))
    if fen > _MOST_FEN:
        raise forms.ValidationError(_("An amount this high cannot be right"))
    return fen


def _amount_field(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=20, help_text=help_text, widget=widget)


class BudgetForm(forms.Form):
    """What a region may cost in a month."""

    region: forms.ModelChoiceField[Region] = forms.ModelChoiceField(
        None, label=gettext_lazy("Region")
    )
    month = forms.ChoiceField(label=gettext_lazy("Month"))
    amount = _amount_field(
        gettext_lazy("Budget, yuan"), gettext_lazy("Pay of installers; 0 takes the budget away")
    )

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["region"].queryset = managed_regions(actor=actor)  # type: ignore[attr-defined]  # a model choice
        first = clock.business_day().replace(day=1)
        months = [first]
        while len(months) < _MONTHS:
            months.append((months[-1] + timedelta(days=31)).replace(day=1))
        self.fields["month"].choices = [(f"{m:%Y-%m-%d}", f"{m:%Y-%m}") for m in months]  # type: ignore[attr-defined]  # a choice field

    def clean_amount(self) -> int:
        """Fen."""
        return _yuan(self.cleaned_data["amount"], least=0)


class DelayTermsForm(forms.Form):
    """The penalty of a contract."""

    source = forms.CharField(label=gettext_lazy("Contract"), max_length=120)
    free_min = forms.IntegerField(
        label=gettext_lazy("Minutes without penalty"), min_value=0, max_value=MOST_MINUTES
    )
    step_min = forms.IntegerField(
        label=gettext_lazy("Length of a step, minutes"), min_value=1, max_value=MOST_MINUTES
    )
    step = _amount_field(gettext_lazy("Penalty for each started step, yuan"))
    most = _amount_field(gettext_lazy("At most for one order, yuan"))

    def clean_step(self) -> int:
        """Fen."""
        return _yuan(self.cleaned_data["step"], least=1)

    def clean_most(self) -> int:
        """Fen."""
        return _yuan(self.cleaned_data["most"], least=1)

    def terms(self) -> Terms:
        """Return what a valid form says."""
        typed = self.cleaned_data
        return Terms(typed["free_min"], typed["step_min"], typed["step"], typed["most"])


class DelayForm(forms.Form):
    """Which day and region is affected, and by how much; empty: today, everywhere, not at all."""

    day = forms.DateField(
        label=gettext_lazy("Promised for"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    region: forms.ModelChoiceField[Region] = forms.ModelChoiceField(
        None, label=gettext_lazy("Region"), required=False, empty_label=gettext_lazy("Everywhere")
    )
    delay_min = forms.IntegerField(
        label=gettext_lazy("Delayed by, minutes"), min_value=0, max_value=MOST_MINUTES
    )

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["region"].queryset = visible_regions(actor=actor)  # type: ignore[attr-defined]  # a model choice
