"""Who helps on an order, and why somebody leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Installer
from dispatch.selectors import able_helpers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from workorders.models import WorkOrder


class HelperForm(forms.Form):
    """Whom to send along: people the dispatcher may send who have the skills, the outlet's first."""

    helper = forms.ModelChoiceField(Installer.objects.none(), label=gettext_lazy("Helper"))

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, actor: User, order: WorkOrder
    ) -> None:
        super().__init__(data)
        people = able_helpers(actor=actor, order=order)
        self.fields["helper"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["helper"].label_from_instance = _with_outlet  # type: ignore[attr-defined]  # as above


def _with_outlet(person: Installer) -> str:
    """Name and outlet: names alone repeat."""
    return f"{person.user.display_name} · {person.outlet.name}"


class LeaveForm(forms.Form):
    """Why a helper leaves."""

    installer = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
