"""The builder of a flow's form: its name and its fields, each with what its kind asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workorders.flow.answer_shape import PICTURES
from workorders.flow.bodies import free_key
from workorders.flow.numbers import milli_of, number_text
from workorders.flow.words import FIELD_KINDS, FORMULAS, PREFILLS
from workorders.forms.flow_parts import as_typed, choose

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_FIELDS = 40
_TYPED = ("text", "long_text", "scan", "date")
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "number": ("unit", "decimals", "low", "high"),
    "choice": ("options",),
    "choices": ("options",),
    "photo": ("count", "example", "upload", "picture", "bare"),
    "computed": ("formula", "of", "unit"),
}


class FlowFormForm(forms.Form):
    """The name of a form."""

    name = forms.CharField(label=_("Name of the form"), max_length=60)


class FieldForm(forms.Form):
    """One field; those its kind does not ask for are left out."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=30)
    label = forms.CharField(label=_("Question"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.Select({"data-reshape": ""}))
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    hint = forms.CharField(label=_("Hint"), max_length=200, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=10, required=False)
    decimals = forms.IntegerField(
        label=_("Digits after the point"), min_value=0, max_value=3, required=False
    )
    low = forms.CharField(label=_("At least"), max_length=14, required=False)
    high = forms.CharField(label=_("At most"), max_length=14, required=False)
    options = forms.CharField(
        label=_("To choose from"), help_text=_("One per line, at least two"), max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    count = forms.IntegerField(label=_("How many photos"), min_value=1, max_value=20)
    example = forms.CharField(label=_("What a good photo shows"), max_length=200, required=False)
    upload = forms.FileField(
        label=_("Example picture"), required=False,
        help_text=_("Shown beside the camera, made small"),
        widget=forms.FileInput({"accept": "image/*"}),
    )  # fmt: skip
    picture = forms.CharField(widget=forms.HiddenInput, required=False, max_length=18)
    bare = forms.BooleanField(label=_("Without the example picture"), required=False)
    formula = forms.ChoiceField(label=_("Computed as"))
    of = forms.MultipleChoiceField(
        label=_("Of these numbers"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least two numbers of this form")},
    )  # fmt: skip
    prefill = forms.ChoiceField(label=_("Filled in beforehand with"), required=False)

    def __init__(self, *args: Any, numbers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("kind", FIELD_KINDS), ("formula", FORMULAS)):
            choose(self.fields[name], [(key, gettext(word)) for key, word in words.items()])
        prefills = [(key, gettext(word)) for key, word in PREFILLS.items()]
        choose(self.fields["prefill"], [("", "—"), *prefills])
        self.chosen = str(self["kind"].value() or "text")
        own = str(self["key"].value() or "")
        choose(self.fields["of"], [number for number in numbers if number[0] != own])
        asked = (*_OF_KIND.get(self.chosen, ()), *(("prefill",) if self.chosen in _TYPED else ()))
        always = ("key", "label", "kind", "required", "hint")
        for name in [name for name in self.fields if name not in (*always, *asked)]:
            del self.fields[name]
        if self.chosen == "computed":
            del self.fields["required"]
        if "bare" in self.fields and not self.shown_picture:
            del self.fields["bare"]

    @property
    def shown_picture(self) -> str:
        """The number of the example picture; "" for none, or what is none."""
        found = str(self["picture"].value() or "") if "picture" in self.fields else ""
        return found if found.isascii() and found.isdecimal() else ""

    @staticmethod
    def first(field: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first values for a stored field."""
        found = {"count": 1, "decimals": 0} | dict(field)
        found["options"] = "\n".join(option["label"] for option in field.get("options", []))
        for name in ("low", "high"):
            found[name] = "" if field.get(name) is None else number_text(field[name])
        return found

    def clean(self) -> dict[str, Any]:
        """Say what a number, choice or computed field lacks."""
        given = super().clean() or {}
        for name in ("low", "high"):
            if given.get(name) and milli_of(given[name]) is None:
                self.add_error(name, ValidationError(_("Enter a number, such as 1500 or 0.5")))
        if "options" in self.fields and "options" not in self.errors:
            labels = self.labels()
            if len(set(labels)) < max(2, len(labels)):
                self.add_error("options", ValidationError(_("Name at least two different options")))
        if given.get("of") and len(given["of"]) < 2:
            words = _("Choose at least two numbers of this form")
            self.add_error("of", ValidationError(words))
        return given

    def labels(self) -> list[str]:
        """The options typed, a line each."""
        lines = self.cleaned_data.get("options", "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def table(self, key: str, old: Mapping[str, Any]) -> dict[str, Any]:
        """Return the field of a valid form as a flow keeps it; `old` is what it was."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        given.pop("upload", None)
        if given.pop("bare", False) or not self.shown_picture:
            given.pop("picture", None)
        given["key"] = key
        for name in ("low", "high"):
            if name in given:
                given[name] = milli_of(given[name])
        if "options" in given:
            given["options"] = _coded(self.labels(), old.get("options", []))
        return given


def _coded(labels: list[str], old: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Give labels their codes: conditions and answers name these, so a known label keeps its own."""
    known = {option["label"]: option["code"] for option in old}
    taken = {known[label] for label in labels if label in known}
    found = []
    for label in labels:
        code = known.get(label) or free_key("option", {*taken, *known.values()})
        taken.add(code)
        found.append({"code": code, "label": label})
    return found


class FieldRows:
    """The fields of a form in their order; what is sent names the order of its rows.

    `others` are the keys of the flow's other forms: conditions ask for an answer by its key alone.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        stored: list[dict[str, Any]],
        others: Collection[str] = (),
        quiet: bool = False,
    ) -> None:
        self._old = {field["key"]: field for field in stored}
        self._others = others
        if data is None:
            self._show([FieldForm.first(field) for field in stored], numbers_of(stored))
            return
        order = [at for at in dict.fromkeys(data.getlist("order")) if at.isdecimal()][:MOST_FIELDS]
        numbers = [
            (data.get(f"field-{at}-key", ""), data.get(f"field-{at}-label", ""))
            for at in order
            if data.get(f"field-{at}-kind") == "number" and data.get(f"field-{at}-key")
        ]
        self.forms = [FieldForm(data, prefix=f"field-{at}", numbers=numbers) for at in order]
        if quiet:
            kept = [as_typed(form) for form in self.forms]
            self._show(_rearranged(kept, data.get("row", "")), numbers)

    def _show(self, firsts: list[dict[str, Any]], numbers: list[tuple[str, str]]) -> None:
        self.forms = [
            FieldForm(prefix=f"field-{at}", initial=first, numbers=numbers)
            for at, first in enumerate(firsts)
        ]

    def is_valid(self) -> bool:
        """Whether every field is, and there is at least one."""
        fine = bool(self.forms) and False not in [form.is_valid() for form in self.forms]
        return fine and self._are_pictures_told_apart()

    def _are_pictures_told_apart(self) -> bool:
        """Pictures are kept under their question: two of one name could not be told apart."""
        seen: set[str] = set()
        fine = True
        for form in self.forms:
            label = form.cleaned_data["label"]
            if form.cleaned_data["kind"] not in PICTURES:
                continue
            if label in seen:
                form.add_error("label", ValidationError(_("Another photo here has this name")))
                fine = False
            seen.add(label)
        return fine

    def tables(self) -> list[dict[str, Any]]:
        """Return the fields of valid rows; new ones get keys that are free in the whole flow."""
        taken = {form.cleaned_data["key"] for form in self.forms} | set(self._old)
        taken |= set(self._others)
        found = []
        for form in self.forms:
            key = form.cleaned_data["key"] or free_key("field", taken)
            taken.add(key)
            found.append(form.table(key, self._old.get(key, {})))
        return found


def numbers_of(fields: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the number fields a computed one may take together."""
    return [(field["key"], field["label"]) for field in fields if field["kind"] == "number"]


def _rearranged(rows: list[dict[str, Any]], wish: str) -> list[dict[str, Any]]:
    """Return the rows after a button "up:2", "down:2", "drop:2" or "add:photo"."""
    op, _colon, what = wish.partition(":")
    if op == "add" and len(rows) < MOST_FIELDS:
        return [*rows, {"kind": what if what in FIELD_KINDS else "text", "count": 1, "decimals": 0}]
    at = int(what) if what.isdecimal() and int(what) < len(rows) else -1
    if at < 0:
        return rows
    if op == "drop":
        return rows[:at] + rows[at + 1 :]
    to = at - 1 if op == "up" else at + 1
    if op in ("up", "down") and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    return rows
