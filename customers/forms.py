"""Forms about places: choosing a district in three steps, and site notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.divisions import children, path

if TYPE_CHECKING:
    from collections.abc import Mapping


class SiteNoteForm(forms.Form):
    """What the installer should know of a place."""

    note = forms.CharField(label=_("Site notes"), max_length=200, required=False)


class DivisionForm(forms.Form):
    """Province, city and district; each choice fills the next one's list.

    `code()` is the deepest choice. Hong Kong, Macau and counties governed by their province have
    one level less; their list is then empty.
    """

    province = forms.ChoiceField(label=_("Province"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, code: str = "") -> None:
        initial = dict(zip(("province", "city", "district"), _codes(code), strict=False))
        super().__init__(data, initial=initial)
        given = data if data is not None else initial
        self._fill("province", "")
        self._fill("city", str(given.get("province", "")))
        self._fill("district", str(given.get("city", "")))

    def _fill(self, name: str, above: str) -> None:
        below = children(above) if name == "province" or above else ()
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *((each.code, each.name) for each in below)]

    def code(self) -> str:
        """Return the deepest division chosen, "" for none; a choice of another branch is dropped."""
        self.is_valid()
        found = self.cleaned_data
        return str(found.get("district") or found.get("city") or found.get("province") or "")


def _codes(code: str) -> list[str]:
    return [step.code for step in path(code)] if code else []
