"""Who helps on an order, and why somebody leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Installer
from dispatch.bookings import clash_words, clashing
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
        self.busy = clashing(order, list(people.values_list("pk", flat=True)))
        self.fields["helper"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["helper"].label_from_instance = self._label  # type: ignore[attr-defined]  # as above

    def _label(self, person: Installer) -> str:
        """Name and outlet, for names alone repeat; and what they are booked for meanwhile."""
        label = f"{person.user.display_name} · {person.outlet.name}"
        rows = self.busy.get(person.pk)
        if not rows:
            return label
        return _("%(person)s · busy %(times)s") % {"person": label, "times": clash_words(rows)}


class LeaveForm(forms.Form):
    """Why a helper leaves."""

    installer = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
