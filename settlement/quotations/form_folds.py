"""The optional fields of a new quotation in groups that fold, each saying what is set in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

    from settlement.forms_quotations import QuotationForm

NOTHING = (None, "", False)


@dataclass(frozen=True, slots=True)
class Fold:
    """A group of fields; `said` is what is set in it, `wrong` whether something needs another look."""

    key: str
    title: str
    fields: tuple[BoundField, ...]
    said: str
    wrong: bool


def folds_of(form: QuotationForm) -> list[Fold]:
    """Return the groups in the order of the page; those without fields left out."""
    groups = (
        ("site", _("Site and circumstances"),
         [form[name] for name in ("site_kind", "distance", "floor", "urgent", "high_work")]),
        ("sale", _("Channel, member and installer"),
         [form[name] for name in ("channel", "member_level", "grade") if name in form.fields]),
        ("surcharges", _("Surcharges left out"), form.surcharge_fields),
        ("charges", _("Extra charges"), form.charge_fields),
        ("materials", _("Materials"), [each for row in form.material_rows for each in row]),
        ("terms", _("Address and terms"),
         [form[name] for name in ("site", "valid_until", "vat", "remark")]),
    )  # fmt: skip
    return [
        Fold(key, title, tuple(fields), _said(fields), any(each.errors for each in fields))
        for key, title, fields in groups
        if fields
    ]


def _said(fields: list[BoundField]) -> str:
    return " · ".join(said for each in fields if (said := _words(each)))


def _words(bound: BoundField) -> str:
    """Name a field and what is set in it, "" where nothing is; what was typed wrongly as typed."""
    value, label = bound.value(), str(bound.label)
    if value in NOTHING:
        return ""
    if isinstance(bound.field, forms.BooleanField):
        return label
    return f"{label} {_shown(bound.field, value)}"


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField):
        try:
            return str(field.to_python(value))
        except forms.ValidationError:
            return str(value)
    if isinstance(field, forms.ChoiceField):
        words = {str(key): word for key, word in field.choices}  # type: ignore[misc, union-attr]
        return str(words.get(str(value), value))
    return str(field.prepare_value(value))
