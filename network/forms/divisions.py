"""A form field that picks a province, then a city, then a district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from network.divisions import Division, Level, children, division, path

if TYPE_CHECKING:
    from django.utils.functional import Promise
    from django.utils.safestring import SafeString

_KEYS = ("province", "city", "district")
_LABELS: Mapping[str, str | Promise] = {
    "province": _("Province"),
    "city": _("City"),
    "district": _("District"),
}


@dataclass(frozen=True, slots=True)
class PickerLevel:
    """One of the three lists."""

    key: str
    label: str | Promise
    chosen: str
    options: tuple[Division, ...]


def chosen_code(given: Mapping[str, Any], name: str) -> str:
    """Return the deepest code chosen in a form; one that no longer lies below the one above is left out."""
    deepest = ""
    for key in _KEYS:
        code = str(given.get(f"{name}-{key}") or "")
        found = division(code) if code else None
        if found is None or (deepest and deepest not in [step.code for step in path(found.code)]):
            break
        deepest = found.code
    return deepest


def picker_levels(code: str) -> list[PickerLevel]:
    """Return the three lists for a chosen code, "" for none yet."""
    steps = path(code) if code else ()
    # A county governed by its province stands in the list of cities: the third list is empty then.
    chosen = [step.code for step in steps] + ["", "", ""]
    above = ["", chosen[0] or None, chosen[1] or None]
    return [
        PickerLevel(key, _LABELS[key], chosen[at], () if up is None else children(up))
        for at, (key, up) in enumerate(zip(_KEYS, above, strict=True))
    ]


def picker_html(
    *, name: str, picker_id: str, code: str, describedby: str = "", is_wrong: bool = False
) -> SafeString:
    """Return the three lists as markup; also what the address of the options answers."""
    context = {
        "name": name,
        "picker_id": picker_id,
        "levels": picker_levels(code),
        "url": f"{reverse('network:division-options')}?name={name}&picker={picker_id}",
        "describedby": describedby,
        "is_wrong": is_wrong,
    }
    return render_to_string("network/_division_picker.html", context)


class DivisionPicker(forms.Widget):
    """Three lists that load one after the other."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        """Return the deepest code chosen, or one given as such: what another editor had saved."""
        if name in data:
            code = str(data[name])
            return code if division(code) else ""
        return chosen_code(data, name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Return True when no list was sent."""
        return name not in data and not any(f"{name}-{key}" in data for key in _KEYS)

    def id_for_label(self, id_: str, index: Any = None) -> str:
        """Point the label at the first list."""
        return f"{id_}-province"

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the markup for the value."""
        given = attrs or {}
        return picker_html(
            name=name,
            picker_id=str(given.get("id") or f"id_{name}"),
            code=str(value or ""),
            describedby=str(given.get("aria-describedby") or ""),
            is_wrong=given.get("aria-invalid") == "true",
        )


class DivisionField(forms.CharField):
    """The code of a division; `deepest` demands a district, where the province has any."""

    widget = DivisionPicker

    def __init__(self, *, deepest: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.deepest = deepest

    def clean(self, value: Any) -> str:
        """Return the code, "" when nothing was chosen and nothing need be."""
        code: str = super().clean(value)
        if code and self.deepest and not _is_deepest(code):
            raise ValidationError(_("Please choose the district too"), code="district")
        return code


def _is_deepest(code: str) -> bool:
    found = division(code)
    return found is not None and (found.level is Level.DISTRICT or not children(code))
