"""A form of a flow as a form of a page, on the phone and at the desk alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from workorders.flow.answer_shape import PICTURES
from workorders.flow.answers import read_answers
from workorders.form_words import error_sentence
from workorders.forms.stage_fields import make_field
from workorders.forms.typed_answers import shown_answer, typed_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workorders.flow import Form


def form_id(form: Form) -> str:
    """Return the id of the page's form; pictures are sent by forms of their own beside it."""
    return f"answers-{form.key}"


class StageForm(forms.Form):
    """Asks what a flow's form asks; pictures and computed numbers have no field of their own here.

    `stored` are answers as they were kept, `pictures` how many there are for each field, `parts`
    (code, name with unit) what may be named as a part.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        form: Form,
        stored: Mapping[str, Any],
        pictures: Mapping[str, int],
        parts: list[tuple[str, str]],
    ) -> None:
        super().__init__(data, prefix=form.key)
        self.form = form
        self.pictures = pictures
        for each in form.fields:
            if each.kind not in PICTURES and each.kind != "computed":
                self.fields[each.key] = make_field(each, parts)
                self.fields[each.key].widget.attrs["form"] = form_id(form)
                self.initial[each.key] = shown_answer(each, stored.get(each.key))

    def clean(self) -> dict[str, Any]:
        """Let the one reader of answers say what is wrong, each beside its field."""
        cleaned = super().clean() or {}
        for error in read_answers(
            self.form, typed_answers(self.form, self.data), self.pictures
        ).errors:
            key = error.field.key
            if key not in self.errors:
                self.add_error(key if key in self.fields else None, error_sentence(error))
        return cleaned
