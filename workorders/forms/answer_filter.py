"""The filters of the list of filled-in forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.answer_list import AnswerQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY = {"type": "date"}


class AnswerFilterForm(forms.Form):
    """What is asked for; what cannot be read asks for nothing."""

    form = forms.ChoiceField(label=_("Form"), required=False)
    q = forms.CharField(label=_("Words in the answers"), max_length=100, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs=_DAY))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs=_DAY))
    before = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput())

    def __init__(self, data: Mapping[str, Any] | None = None, *, names: list[str]) -> None:
        super().__init__(data)
        every = ("", _("All forms"))
        choice = self.fields["form"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [every, *((name, name) for name in names)]

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
        )
