"""What is entered about leave and wishes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.forms import CheckedForm
from dispatch.models import RosterWish


class LeaveAskForm(CheckedForm):
    """Days an installer asks to be away."""

    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=80)


class LeaveAnswerForm(CheckedForm):
    """The answer to a request, and how many visits the person saw."""

    answer = forms.ChoiceField(label=_("Answer"), choices=[("yes", "yes"), ("no", "no")])
    why = forms.CharField(label=_("Why"), required=False, max_length=120)
    seen = forms.IntegerField(label=_("Visits"), min_value=0, max_value=10_000)


class WishForm(CheckedForm):
    """What somebody would like on a day; empty takes the wish back."""

    day = forms.DateField(label=_("Day"))
    wants = forms.ChoiceField(
        label=_("Wish"), required=False, choices=[("", "—"), *RosterWish.Wants.choices]
    )
