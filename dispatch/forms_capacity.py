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
        fields = ("unit", "order_type", "part", "most", "reserve")

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
        return values
