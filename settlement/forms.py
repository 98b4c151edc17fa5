"""Filters of the list of slips, and the length of periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.access import Perm
from settlement.models import PayeeWallet, PeriodSetting
from settlement.slips import periods, settling_branches

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from network.models import OrgUnit
    from settlement.models import StatementPeriod

STATES = [
    ("", _("All")),
    ("active", _("Settled")),
    ("provisional", _("Not final yet")),
    ("reversed", _("Taken back")),
]


LOSS = ("loss", _("Sold below cost"))


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
        if actor.has(Perm.DASHBOARD_BOSS):
            self.fields["state"].choices = [*STATES, LOSS]  # type: ignore[attr-defined]  # a choice
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


class KnownForm(forms.Form):
    """A moment of the past."""

    at = forms.DateTimeField(
        label=_("As known on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def clean_at(self) -> datetime:
        """Refuse a moment that has not come."""
        at: datetime = self.cleaned_data["at"]
        if not clock.now().year - 20 <= at.year or at > clock.now():
            raise forms.ValidationError(_("Choose a moment of the past"))
        return at


class DeviationForm(forms.Form):
    """Which differences to show; what makes no sense is left out of the query."""

    period: forms.ModelChoiceField[StatementPeriod] = forms.ModelChoiceField(
        None, label=_("Period"), required=False, empty_label=_("All")
    )
    least = forms.IntegerField(
        label=_("At least, yuan"), min_value=0, max_value=100_000, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["period"].queryset = periods()  # type: ignore[attr-defined]  # a model choice

    def query(self) -> dict[str, Any]:
        """Return the arguments of `deviations`."""
        self.is_valid()
        found = self.cleaned_data
        return {"period": found.get("period"), "least_fen": 100 * (found.get("least") or 0)}


class PayeeWalletForm(forms.Form):
    """Who receives a payee's shares at WeChat Pay; the account is never shown again as a whole."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PayeeWallet.Kind.choices)
    name = forms.CharField(label=_("Real name or full company name"), max_length=80)
    account = forms.CharField(
        label=_("openid or merchant number"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
