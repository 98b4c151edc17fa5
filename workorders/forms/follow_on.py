"""The form with which unfinished work goes on with another order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Material
from workorders.flow.numbers import THOUSAND, milli_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class FollowOnForm(forms.Form):
    """Which steps are left, why, and which part they wait for."""

    steps = forms.TypedMultipleChoiceField(
        label=_("Steps left to do"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(label=_("Why it could not be finished"), max_length=200)
    material = forms.ModelChoiceField(
        Material.objects.none(), label=_("Part it waits for"), required=False
    )
    quantity = forms.CharField(label=_("Quantity"), max_length=10, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, steps: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__(data, prefix="left")
        chosen = self.fields["steps"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)  # noqa: S101 - a few lines above
        chosen.choices = [(seq, f"{seq} {name}") for seq, name in steps]
        part = self.fields["material"]
        assert isinstance(part, forms.ModelChoiceField)  # noqa: S101 - a few lines above
        part.queryset = Material.objects.filter(is_active=True).order_by("name")

    def clean(self) -> dict[str, Any]:
        """A part needs a quantity above nothing."""
        found = super().clean() or {}
        milli = milli_of(str(found.get("quantity") or "")) or 0
        if found.get("material") and not 0 < milli <= 1_000 * THOUSAND:
            self.add_error("quantity", _("Enter a quantity from 0 to 1,000"))
        return found

    def part(self) -> tuple[Material, int] | None:
        """Return the part with its thousandths; None without one."""
        material = self.cleaned_data["material"]
        milli = milli_of(self.cleaned_data["quantity"] or "")
        return (material, milli) if material and milli else None
