"""When and how the customer was told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.models import CustomerTold

_MOMENT = "%Y-%m-%dT%H:%M"


CHANNELS = CustomerTold.Channel.choices


class ToldForm(forms.Form):
    """What was told, how, and when; without a time: now."""

    what = forms.ChoiceField(choices=[("action", ""), ("question", "")])
    pk = forms.IntegerField(min_value=1)
    channel = forms.ChoiceField(label=_("How"), choices=CHANNELS)
    told_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        input_formats=[_MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )

    sentence = _("Say how the customer was told, and when")

    def said(self) -> dict[str, Any]:
        """Return what was said in a valid form."""
        return dict(self.cleaned_data)
