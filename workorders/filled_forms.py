"""The forms of a work order that were filled in, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workorders.flow.answers import read_answers
from workorders.flow_versions import read_version
from workorders.form_pictures import counted, pictures_among
from workorders.form_words import AnswerWords, answer_words
from workorders.models import FormAnswers

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import Evidence, WorkOrder


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it was filled in: by whom, when, in which stage, and every answer in words.

    `signed` holds its signatures by the labels of their fields.
    """

    pk: int
    name: str
    stage: str
    by: str
    at: datetime
    answers: list[AnswerWords]
    signed: list[tuple[str, Evidence]]


def filled_forms(order: WorkOrder) -> list[FilledForm]:
    """Return the order's filled-in forms, the oldest first, read by the flow each was made with."""
    rows = FormAnswers.objects.filter(work_order=order).order_by("filled_at", "pk")
    filled = list(rows.select_related("flow_version", "filled_by", "stay"))
    proof = order.evidence.select_related("signature", "uploaded_by").order_by("pk")
    evidence = list(proof) if filled else []
    found = []
    for row in filled:
        form = read_version(row.flow_version).form(row.form)
        if form is None:
            continue
        pictures = pictures_among(evidence, form)
        answers = read_answers(form, row.values, counted(pictures))
        shown = [each for each in answer_words(answers) if each.words]
        found.append(
            FilledForm(
                pk=row.pk,
                name=form.name,
                stage=row.stay.name,
                by=row.filled_by.display_name,
                at=row.filled_at,
                answers=shown,
                signed=[
                    (field.label, each)
                    for field in form.fields
                    if field.kind == "signature"
                    for each in _of_stay(pictures[field.key], row.stay_id)
                ],
            )
        )
    return found


def _of_stay(pictures: list[Evidence], stay_id: int) -> list[Evidence]:
    """Those given in the stay; all where none was, because the stage carries them over."""
    return [each for each in pictures if each.stay_id == stay_id] or pictures
