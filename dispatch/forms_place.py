"""When and by whom an order is done, as a dispatcher puts it on the board."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Installer
from common import clock
from dispatch.board.placing import STEP, to_step
from dispatch.selectors import assignable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from workorders.models import WorkOrder

_STEP_S = int(STEP.total_seconds())
_FARTHEST = timedelta(days=366)


class PlaceForm(forms.Form):
    """Person, day and time; without a time a free one of the day is proposed.

    `seen` names the person and time whose doubts the dispatcher has read, `held` whose the order was.
    """

    installer = forms.ModelChoiceField(
        Installer.objects.none(), label=gettext_lazy("Installer"), empty_label=None
    )
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("Begins at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "step": _STEP_S}, format="%H:%M"),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("The customer agrees to this time (window of two hours)"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the change"), required=False, max_length=200
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    held = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        actor: User,
        order: WorkOrder,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        people = assignable(actor=actor, order=order).select_related("user", "outlet")
        people = people.order_by("outlet__name", "number")
        self.fields["installer"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["installer"].label_from_instance = _label  # type: ignore[attr-defined]  # as above

    def clean_day(self) -> Any:
        """Refuse days nobody plans."""
        day = self.cleaned_data["day"]
        if abs(day - clock.business_day()) > _FARTHEST:
            raise forms.ValidationError(_("Choose a day within a year"))
        return day

    @property
    def begins(self) -> datetime | None:
        """The quarter of an hour that was chosen, None without a time; of a valid form."""
        day, time = self.cleaned_data["day"], self.cleaned_data["time"]
        return to_step(datetime.combine(day, time, clock.CHINA)) if time else None


def _label(person: Installer) -> str:
    """Name and outlet, for names alone repeat."""
    return f"{person.user.display_name} · {person.outlet.name}"
