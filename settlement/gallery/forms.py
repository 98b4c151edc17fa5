"""The form that says where a copy of a template goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.selectors import industry_choices
from settlement.models import RuleSet


class CopyForm(forms.Form):
    """An existing rule set, or key, name and industry of a new one."""

    rule_set = forms.ModelChoiceField(
        RuleSet.objects.none(),
        label=_("Into"),
        required=False,
        empty_label=_("A new rule set"),
    )
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        required=False,
        help_text=_("2 to 40 small letters, digits and underscores"),
    )
    industry = forms.ChoiceField(label=_("Industry"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rule_set"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (tells the type checker)
        field.queryset = RuleSet.objects.order_by("name")
        self.fields["industry"] = forms.ChoiceField(
            label=_("Industry"), required=False, choices=list(industry_choices())
        )

    def clean(self) -> dict[str, Any]:
        """A new rule set needs a key and an industry."""
        given = super().clean() or {}
        if self.errors or given.get("rule_set"):
            return given
        for name in ("key", "industry"):
            if not given.get(name):
                self.add_error(
                    name, ValidationError(_("A new rule set needs this"), code="required")
                )
        return given
