"""The filters of the list of filled-in forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.answer_list import AnswerQuery
from workorders.answered import Answered
from workorders.flow.numbers import THOUSAND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from workorders.answer_columns import AnswerColumn

_DAY = {"type": "date"}


class AnswerFilterForm(forms.Form):
    """What is asked for; what cannot be read asks for nothing.

    `questions` are those of the form that is asked for: with one of them chosen there are controls
    for its answer.
    """

    form = forms.ChoiceField(label=_("Form"), required=False)
    q = forms.CharField(label=_("Words in the answers"), max_length=100, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs=_DAY))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs=_DAY))
    before = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput())

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        names: Sequence[str],
        questions: Sequence[AnswerColumn] = (),
    ) -> None:
        super().__init__(data)
        every = ("", _("All forms"))
        choice = self.fields["form"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [every, *((name, name) for name in names)]
        self._asked: AnswerColumn | None = None
        if questions:
            told = [("", _("Any question")), *((each.token, each.head) for each in questions)]
            self.fields["question"] = forms.ChoiceField(
                label=_("Question"), choices=told, required=False
            )
            token = self.data.get("question", "")
            self._asked = next((each for each in questions if each.token == token), None)
        if self._asked:
            self.fields.update(_answer_fields(self._asked))

    def query(self) -> AnswerQuery:
        """Return the readable filters."""
        self.is_valid()
        said = self.cleaned_data
        return AnswerQuery(
            form=said.get("form", ""),
            text=said.get("q", ""),
            since=said.get("since"),
            until=said.get("until"),
            before=said.get("before"),
            answered=self._answered(),
        )

    def _answered(self) -> Answered | None:
        if self._asked is None:
            return None
        said = self.cleaned_data
        return Answered(
            column=self._asked,
            text=said.get("answer", "").strip(),
            option=said.get("option", ""),
            low=_milli(said.get("low")),
            high=_milli(said.get("high")),
            first=said.get("first"),
            last=said.get("last"),
        )


def _answer_fields(column: AnswerColumn) -> dict[str, forms.Field]:
    kind = column.field.kind
    if kind in ("choice", "choices"):
        options = [("", _("Any answer")), *column.options.items()]
        return {"option": forms.ChoiceField(label=_("Answer"), choices=options, required=False)}
    if kind == "number":
        return {
            name: forms.DecimalField(
                label=label, required=False, max_digits=15, decimal_places=3,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
            for name, label in (("low", _("At least")), ("high", _("At most")))
        }  # fmt: skip
    if kind == "date":
        return {
            name: forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs=_DAY)
            )
            for name, label in (("first", _("Not before")), ("last", _("Not after")))
        }  # fmt: skip
    return {"answer": forms.CharField(label=_("Answer contains"), max_length=100, required=False)}


def _milli(number: Decimal | None) -> int | None:
    return None if number is None else int(number * THOUSAND)
