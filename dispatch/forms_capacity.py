"""What is entered about limits of outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.models import CapacityLimit
from network.models import OrgUnit
from network.order_types import ORDER_TYPES

if TYPE_CHECKING:
    from accounts.models import User


_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CapacityForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A limit of an outlet."""

    order_type = forms.ChoiceField(
        label=_("Order type"), required=False, choices=[("", _("All")), *ORDER_TYPES.items()]
    )
    most = forms.IntegerField(label=_("Jobs at most"), min_value=0, max_value=2000)
    reserve = forms.IntegerField(
        label=_("Of these kept for emergencies"), min_value=0, max_value=2000, initial=0
    )

    class Meta:
        model = CapacityLimit
        fields = ("unit", "order_type", "part", "most", "reserve", "first_on", "last_on")
        widgets = {"first_on": _DAY, "last_on": _DAY}
        help_texts = {
            "first_on": _(
                "Leave both days empty for the usual limit; an exception counts instead of it"
            )
        }

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.filter(is_active=True).order_by("path")
        own = units if actor.sees_everything else units.filter(pk__in=actor.units)
        self.fields["unit"].queryset = own  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """Keep the reserve within the limit."""
        values = dict(super().clean() or {})
        if values.get("reserve", 0) > values.get("most", 0):
            self.add_error("reserve", _("No more than the jobs at most"))
        first, last = values.get("first_on"), values.get("last_on")
        if (first is None) != (last is None) and not self.errors:
            self.add_error("last_on" if first else "first_on", _("Enter both days, or none"))
        elif first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first"))
        return values
