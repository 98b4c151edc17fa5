"""What is entered about support between regions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import YuanField
from dispatch.forms import CheckedForm
from dispatch.models import SupportRule


class SupportAskForm(CheckedForm):
    """Who is asked for, for which outlet and day."""

    unit = forms.IntegerField(label=_("Service outlet"), min_value=1, max_value=2**31)
    day = forms.DateField(label=_("Day"))
    installer = forms.IntegerField(label=_("Installer"), min_value=1, max_value=2**31)
    note = forms.CharField(label=_("Note"), required=False, max_length=120)


class SupportAnswerForm(CheckedForm):
    """The answer to a request; no needs a reason."""

    answer = forms.ChoiceField(label=_("Answer"), choices=[("yes", "yes"), ("no", "no")])
    why = forms.CharField(label=_("Why"), required=False, max_length=120)


class SupportCancelForm(CheckedForm):
    """Why somebody is not lent after all."""

    why = forms.CharField(label=_("Why"), required=False, max_length=120)


class SupportRuleForm(forms.Form):
    """What lending costs and who has to agree."""

    subsidy = YuanField(label=_("Subsidy for a day"))
    travel = YuanField(
        label=_("Way, for a kilometre"), help_text=_("There and back, by road, estimated")
    )
    reach_km = forms.IntegerField(label=_("Asked within kilometres"), min_value=1, max_value=2_000)
    asks_installer = forms.BooleanField(
        label=_("The installer has to accept"),
        required=False,
        help_text=_("Else the manager's word is enough, and the installer is told"),
    )

    @staticmethod
    def initial_of(rule: SupportRule) -> dict[str, Any]:
        """Return what the form begins with."""
        return {
            "subsidy": rule.subsidy_fen,
            "travel": rule.travel_fen_per_km,
            "reach_km": rule.reach_m // 1_000,
            "asks_installer": rule.asks_installer,
        }

    def rule(self) -> SupportRule:
        """Return the rule as entered, not saved."""
        values = self.cleaned_data
        return SupportRule(
            pk=1,
            subsidy_fen=values["subsidy"],
            travel_fen_per_km=values["travel"],
            reach_m=1_000 * values["reach_km"],
            asks_installer=values["asks_installer"],
        )
