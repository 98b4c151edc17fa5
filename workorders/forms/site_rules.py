"""The form of what the company asks of proofs from the site."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.site_radius import LEAST_M, MOST_M


class SiteRadiusForm(forms.Form):
    """How far from the site counts as being there."""

    radius = forms.IntegerField(
        label=_("Metres around the address"),
        min_value=LEAST_M,
        max_value=MOST_M,
        help_text=_(
            "500 suits estates in a city; satellites are off by 20 to 100 metres between houses."
        ),
    )
