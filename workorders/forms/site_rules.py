"""The form of what the company asks of proofs from the site."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.happened import LEAST_HOURS, MOST_HOURS
from workorders.site_radius import LEAST_M, MOST_M


class SiteRulesForm(forms.Form):
    """How far from the site counts as being there, and how old a phone's word may be."""

    radius = forms.IntegerField(
        label=_("Metres around the address"),
        min_value=LEAST_M,
        max_value=MOST_M,
        help_text=_(
            "500 suits estates in a city; satellites are off by 20 to 100 metres between houses."
        ),
    )
    hours = forms.IntegerField(
        label=_("Hours for which a phone without network is believed"),
        min_value=LEAST_HOURS,
        max_value=MOST_HOURS,
        help_text=_(
            "Work done without network counts when it was done, not when it was sent. What is said"
            " to be older counts from this far back, and the order is marked for finance."
        ),
    )
