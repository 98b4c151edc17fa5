"""The fields of a flow's form as fields of a page, and what was typed into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workorders.flow.numbers import number_text
from workorders.forms.parts_field import PartsWidget

if TYPE_CHECKING:
    from workorders.flow import Field

_REQUIRED = {"required": _("This is still missing.")}
_STEPS = {0: "1", 1: "0.1", 2: "0.01", 3: "0.001"}


class RawField(forms.Field):
    """Keeps what was typed: the flow's own reader judges it."""

    def clean(self, value: Any) -> Any:
        """Ask only whether something is there."""
        if self.required and value in (None, "", []):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return value


def make_field(field: Field, parts: list[tuple[str, str]]) -> forms.Field:
    """Return the page's field for a field of a flow's form."""
    return RawField(
        label=_label(field),
        required=field.required,
        help_text=" ".join(part for part in (field.hint, _bounds(field.low, field.high)) if part),
        widget=_widget(field, parts),
        error_messages=_REQUIRED,
    )


def _label(field: Field) -> str:
    if not field.unit:
        return field.label
    return gettext("%(label)s (%(unit)s)") % {"label": field.label, "unit": field.unit}


def _bounds(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        values = {"low": number_text(low), "high": number_text(high)}
        return gettext("%(low)s to %(high)s") % values
    if low is not None:
        return gettext("at least %(n)s") % {"n": number_text(low)}
    return gettext("at most %(n)s") % {"n": number_text(high)} if high is not None else ""


def _widget(field: Field, parts: list[tuple[str, str]]) -> forms.Widget:
    if field.kind == "long_text":
        return forms.Textarea(attrs={"rows": 3, "maxlength": 2_000})
    if field.kind == "number":
        return forms.NumberInput(attrs=_number_attributes(field))
    if field.kind == "choice":
        return forms.RadioSelect(choices=field.options)
    if field.kind == "choices":
        return forms.CheckboxSelectMultiple(choices=field.options)
    if field.kind == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if field.kind == "parts":
        return PartsWidget(choices=parts)
    kept = {"maxlength": 200, "autocomplete": "off", "data-kind": field.kind}
    return forms.TextInput(attrs=kept)


def _number_attributes(field: Field) -> dict[str, str]:
    found = {"step": _STEPS[field.decimals], "inputmode": "decimal", "data-number": field.key}
    if field.low is not None:
        found["min"] = number_text(field.low).replace("−", "-")
    if field.high is not None:
        found["max"] = number_text(field.high).replace("−", "-")
    return found
