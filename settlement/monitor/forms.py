"""What somebody found out about an alarm."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from settlement.models import RuleAlarm


class AlarmAnswerForm(forms.Form):
    """The cause, and what was found in words."""

    cause = forms.ChoiceField(
        label=_("What it is"), choices=RuleAlarm.Cause.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("What was found"), max_length=300)
