"""Which day is planned for which outlets, and who is to have an order instead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from dispatch.forms import CheckedForm
from dispatch.planning.selectors import plannable_outlets

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User
    from network.models import OrgUnit


class PlanForm(forms.Form):
    """The day, tomorrow at first, and the outlets, all of the actor's at first."""

    # A date field of a browser reads ISO dates alone, in every language.
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    outlets: forms.ModelMultipleChoiceField[OrgUnit] = forms.ModelMultipleChoiceField(
        None, label=_("Outlets"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None = None, *, actor: User) -> None:
        found = plannable_outlets(actor=actor)
        tomorrow = clock.business_day() + timedelta(days=1)
        super().__init__(data, initial={"day": tomorrow, "outlets": found})
        self.fields["outlets"].queryset = found  # type: ignore[attr-defined]  # a choice of models


class MoveForm(CheckedForm):
    """Who gets the order instead; nobody: it leaves the plan."""

    installer = forms.IntegerField(
        label=_("Installer"), min_value=1, max_value=2**31, required=False
    )
