"""Conditions as chosen words: a fact, how it is compared, and its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workorders.flow.numbers import milli_of, number_text
from workorders.forms.flow_parts import as_typed, choose, with_old

if TYPE_CHECKING:
    from django.http import QueryDict

    from workorders.flow_choices import FlowChoices

MOST = 12
_CODES = [("any_of", _("is one of")), ("none_of", _("is none of"))]
_BOUNDS = [("at_least", _("is at least")), ("below", _("is below"))]
_SEPARATORS = str.maketrans({"，": ",", "、": ",", "；": ",", ";": ",", "\n": ","})


class ConditionForm(forms.Form):
    """One condition; without a fact it is none."""

    fact = forms.ChoiceField(
        label=_("What of the order"), required=False, widget=forms.Select({"data-reshape": ""})
    )
    how = forms.ChoiceField(label=_("Comparison"), required=False)

    def __init__(self, *args: Any, choices: FlowChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = choices
        self.chosen = str(self["fact"].value() or "")
        choose(self.fields["fact"], [("", "—"), *with_old(choices.facts, [self.chosen])])
        is_number = choices.is_number(self.chosen)
        choose(self.fields["how"], _BOUNDS if is_number else _CODES)
        if not self.chosen:
            del self.fields["how"]
        elif is_number:
            self.fields["number"] = forms.CharField(
                label=_("Compared with"), max_length=16, required=False,
                widget=forms.TextInput({"inputmode": "decimal"}),
            )  # fmt: skip
        elif values := choices.values(self.chosen):
            self.fields["codes"] = forms.MultipleChoiceField(
                label=_("Values"),
                required=False,
                choices=[*values, *self._own(values)],
                widget=forms.CheckboxSelectMultiple,
            )
        else:
            self.fields["words"] = forms.CharField(
                label=_("Values"), required=False, max_length=400,
                help_text=_("Several with a comma between them"),
            )  # fmt: skip

    def _own(self, values: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Values that were chosen and are no more, or not yet, among the company's."""
        given = self.initial.get("codes", [])
        codes = given if isinstance(given, list | tuple) else []
        known = dict(values)
        return [(code, self.known.label(self.chosen, code)) for code in codes if code not in known]

    def clean(self) -> dict[str, Any]:
        """A condition names what it compares with."""
        given = super().clean() or {}
        if not given.get("fact"):
            return given
        if "number" in self.fields and milli_of(given.get("number", "")) is None:
            self.add_error("number", ValidationError(_("Enter a number, such as 1500 or 0.5")))
        for name in ("codes", "words"):
            if name in self.fields and not given.get(name):
                self.add_error(name, ValidationError(_("Choose at least one value")))
        return given

    def condition(self) -> dict[str, Any] | None:
        """Return the condition of a valid form as a flow keeps it; None without a fact."""
        given = self.cleaned_data
        if not given.get("fact"):
            return None
        if "number" in self.fields:
            return {"fact": given["fact"], given["how"]: milli_of(given["number"])}
        typed = given.get("words", "").translate(_SEPARATORS).split(",")
        codes = given.get("codes") or [word.strip() for word in typed if word.strip()]
        return {"fact": given["fact"], given["how"]: list(codes)}


def _first(condition: Mapping[str, Any], choices: FlowChoices) -> Iterable[dict[str, Any]]:
    """Yield the first values of the rows a stored condition takes: two bounds are two rows."""
    fact = condition["fact"]
    for how in ("any_of", "none_of"):
        if condition.get(how):
            codes = list(condition[how])
            yield {"fact": fact, "how": how, "codes": codes, "words": "、".join(codes)}
    for how in ("at_least", "below"):
        if condition.get(how) is not None:
            yield {"fact": fact, "how": how, "number": number_text(condition[how])}


class ConditionRows:
    """The conditions of a way, task, trigger or variant, with an empty row to add one."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        stored: Iterable[Mapping[str, Any]],
        choices: FlowChoices,
        quiet: bool = False,
        prefix: str = "when",
    ) -> None:
        if data is None:
            firsts = [row for each in stored for row in _first(each, choices)]
            self.forms = [
                ConditionForm(prefix=f"{prefix}-{at}", initial=first, choices=choices)
                for at, first in enumerate([*firsts, {}])
            ]
            return
        count = sum(1 for at in range(MOST) if f"{prefix}-{at}-fact" in data)
        bound = [
            ConditionForm(data, prefix=f"{prefix}-{at}", choices=choices,
                          initial={"codes": data.getlist(f"{prefix}-{at}-codes")})
            for at in range(count)
        ]  # fmt: skip
        self.forms = bound
        if quiet:
            kept = [as_typed(form) for form in bound if form.chosen]
            self.forms = [
                ConditionForm(prefix=f"{prefix}-{at}", initial=first, choices=choices)
                for at, first in enumerate([*kept, {}][:MOST])
            ]

    def is_valid(self) -> bool:
        """Whether every row is; all are asked, so that all errors show."""
        return False not in [form.is_valid() for form in self.forms]

    def conditions(self) -> list[dict[str, Any]]:
        """Return the conditions of valid rows; two bounds of one fact become one condition."""
        found: list[dict[str, Any]] = []
        for form in self.forms:
            each = form.condition()
            if each is None:
                continue
            same = [old for old in found if old["fact"] == each["fact"]]
            fits = [old for old in same if _joins(old, each)]
            if fits:
                fits[0].update(each)
            else:
                found.append(each)
        return found


def _joins(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    kinds = ({"at_least", "below"}, {"any_of", "none_of"})
    return not set(old) & (set(new) - {"fact"}) and any(
        set(old) - {"fact"} <= kind and set(new) - {"fact"} <= kind for kind in kinds
    )
