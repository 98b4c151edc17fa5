"""The form that opens and closes the door for repair requests."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RequestDoorForm(forms.Form):
    """Whether requests are taken, and what is said otherwise."""

    is_open = forms.BooleanField(
        label=_("Customers may ask for repairs without an account"),
        required=False,
        help_text=_("By stickers and by the address of this page. Off: the page says so."),
    )
    hint = forms.CharField(
        label=_("What is said while it is off"),
        max_length=200,
        required=False,
        help_text=_("For example the phone number of your service line."),
    )
