"""Filters of the list of slips, and the length of periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from settlement.models import PeriodSetting
from settlement.slips import periods, settling_branches

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import OrgUnit
    from settlement.models import StatementPeriod

STATES = [
    ("", _("All")),
    ("active", _("Settled")),
    ("provisional", _("Not final yet")),
    ("reversed", _("Taken back")),
]


class SlipFilterForm(forms.Form):
    """What to show; a value that fits nothing is left out of the query, never an error page."""

    q = forms.CharField(label=_("Search"), required=False, max_length=40)
    period: forms.ModelChoiceField[StatementPeriod] = forms.ModelChoiceField(
        None, label=_("Period"), required=False, empty_label=_("All")
    )
    branch: forms.ModelChoiceField[OrgUnit] = forms.ModelChoiceField(
        None, label=_("Settled by"), required=False, empty_label=_("All")
    )
    state = forms.ChoiceField(choices=STATES, label=_("State"), required=False)

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["period"].queryset = periods()  # type: ignore[attr-defined]  # a model choice
        self.fields["branch"].queryset = settling_branches(actor=actor)  # type: ignore[attr-defined]  # the same

    def query(self) -> dict[str, Any]:
        """Return the arguments of `slip_list` that were asked for and make sense."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "period": found.get("period"),
            "branch": found.get("branch"),
            "state": found.get("state", ""),
            "words": found.get("q", ""),
        }


class PeriodKindForm(forms.Form):
    """How long periods are from a day on."""

    kind = forms.ChoiceField(label=_("Length"), choices=PeriodSetting.Kind.choices)
    from_day = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Periods that exist stay as they are; the first new one may be shorter."),
    )


class PayeeAccountForm(forms.Form):
    """Where a payee's money goes; the number is never shown again as a whole."""

    holder = forms.CharField(label=_("Account holder"), max_length=80)
    bank = forms.CharField(label=_("Bank and branch"), max_length=80)
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
