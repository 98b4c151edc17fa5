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

    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it was filled in: by whom, when, in which stage, and every answer in words."""

    pk: int
    name: str
    stage: str
    by: str
    at: datetime
    answers: list[AnswerWords]


def filled_forms(order: WorkOrder) -> list[FilledForm]:
    """Return the order's filled-in forms, the oldest first, read by the flow each was made with."""
    rows = FormAnswers.objects.filter(work_order=order).order_by("filled_at", "pk")
    filled = list(rows.select_related("flow_version", "filled_by", "stay"))
    evidence = list(order.evidence.order_by("pk")) if filled else []
    found = []
    for row in filled:
        form = read_version(row.flow_version).form(row.form)
        if form is None:
            continue
        answers = read_answers(form, row.values, counted(pictures_among(evidence, form)))
        shown = [each for each in answer_words(answers) if each.words]
        found.append(
            FilledForm(
                pk=row.pk,
                name=form.name,
                stage=row.stay.name,
                by=row.filled_by.display_name,
                at=row.filled_at,
                answers=shown,
            )
        )
    return found
