"""Filled-in forms by what was answered to one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from workorders.answer_columns import AnswerColumn
    from workorders.models import FormAnswers

# What is computed is not stored, and nobody looks for the digits of a position.
ASKABLE = ("text", "long_text", "scan", "number", "choice", "choices", "date", "parts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered to a question: a text in it, the code of a choice, or bounds.

    `low` and `high` bound a number in thousandths, `first` and `last` a date. Without any of them
    that it was answered at all.
    """

    column: AnswerColumn
    text: str = ""
    option: str = ""
    low: int | None = None
    high: int | None = None
    first: date | None = None
    last: date | None = None


def with_answer(found: QuerySet[FormAnswers], asked: Answered) -> QuerySet[FormAnswers]:
    """Return those of filled-in forms in which the question was answered so."""
    key = asked.column.field.key
    forms: dict[str, set[int]] = {}
    for version, form, _field in asked.column.places:
        forms.setdefault(form, set()).add(version)
    here = Q(pk__in=[])
    for form, versions in forms.items():
        here |= Q(form=form, flow_version__in=versions)
    found = found.filter(here, values__has_key=key)
    if asked.option:
        several = asked.column.field.kind == "choices"
        return found.filter(values__contains={key: [asked.option] if several else asked.option})
    found = found.alias(_given=KeyTransform(key, "values"), _words=KeyTextTransform(key, "values"))
    bounds = {
        "_words__icontains": asked.text or None,
        "_given__gte": asked.low,
        "_given__lte": asked.high,
        "_words__gte": asked.first.isoformat() if asked.first else None,
        "_words__lte": asked.last.isoformat() if asked.last else None,
    }
    return found.filter(**{name: value for name, value in bounds.items() if value is not None})
