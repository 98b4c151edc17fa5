"""What is asked of a colleague, what they answer, and whose people may be asked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.models import HelpRequest, HelpRule
from workorders.forms.phone import PhoneForm


class AskForm(PhoneForm):
    """Why help is needed, and of whom; nobody named: of the best near."""

    reason = forms.ChoiceField(label=_("Reason"), choices=HelpRequest.Reason.choices)
    note = forms.CharField(label=_("In your words"), max_length=150, required=False)
    colleague = forms.IntegerField(
        label=_("Colleague"), min_value=1, max_value=2**31, required=False
    )


class AnswerForm(PhoneForm):
    """Yes or no, and why not."""

    accepts = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", ""), ("no", "")],
        coerce=lambda said: said == "yes",
    )
    why = forms.CharField(label=_("Reason"), max_length=100, required=False)


class HelpRuleForm(forms.Form):
    """Whose people an installer may ask for help."""

    reach = forms.ChoiceField(
        label=_("Who may be asked"), choices=HelpRule.Reach.choices, widget=forms.RadioSelect
    )
