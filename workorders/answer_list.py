"""Filled-in forms over all orders: searched, paged and exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from common.clock import CHINA
from workorders.answer_table import answer_table
from workorders.answered import ASKABLE, with_answer
from workorders.flow.answers import read_answers
from workorders.flow_versions import flows_by_id
from workorders.form_words import answer_words
from workorders.models import FormAnswers
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.models import User
    from workorders.answer_columns import AnswerColumn
    from workorders.answered import Answered
    from workorders.form_words import AnswerWords

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuery:
    """What is asked for: the name of a form, words in its answers, days it was filled in on.

    `answered` asks for what was answered to one of its questions.
    """

    form: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One filled-in form in words."""

    pk: int
    number: str
    item: str
    form: str
    stage: str
    by: str
    at: datetime
    answers: list[AnswerWords]


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One page of the list, the newest first; `next` is where the following one begins."""

    rows: list[AnswerRow]
    next: int | None


def filtered_answers(*, actor: User, query: AnswerQuery) -> QuerySet[FormAnswers]:
    """Return the filled-in forms of orders the actor may see that fit."""
    orders = visible_work_orders(actor=actor).order_by().values("pk")
    found = FormAnswers.objects.filter(work_order__in=orders)
    if query.form:
        found = found.filter(name=query.form)
    for word in query.text.lower().split():
        found = found.filter(text__contains=word)
    if query.since:
        found = found.filter(filled_at__gte=datetime.combine(query.since, time.min, CHINA))
    if query.until:
        found = found.filter(filled_at__lte=datetime.combine(query.until, time.max, CHINA))
    if query.answered:
        found = with_answer(found, query.answered)
    return found.filter(pk__lt=query.before) if query.before else found


def answer_page(*, actor: User, query: AnswerQuery) -> AnswerPage:
    """Return a page of filled-in forms in a fixed number of queries."""
    found = list(_joined(filtered_answers(actor=actor, query=query))[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return AnswerPage(answer_rows(shown), shown[-1].pk if len(found) > PAGE_SIZE else None)


def form_names(*, actor: User) -> list[str]:
    """Return the names of forms that were filled in on orders the actor may see."""
    found = filtered_answers(actor=actor, query=AnswerQuery())
    return list(found.order_by("name").values_list("name", flat=True).distinct())


def form_questions(*, actor: User, form: str) -> list[AnswerColumn]:
    """Return the questions of a form, over all its versions, whose answers can be asked for."""
    found = filtered_answers(actor=actor, query=AnswerQuery(form=form))
    return [each for each in answer_table(found).columns if each.field.kind in ASKABLE]


def _joined(found: QuerySet[FormAnswers]) -> QuerySet[FormAnswers]:
    joined = found.select_related("filled_by", "stay", "work_order__item_version")
    return joined.order_by("-pk")


def answer_rows(found: Sequence[FormAnswers]) -> list[AnswerRow]:
    """Return filled-in forms in words; how many pictures there are is not read here."""
    rows = []
    flows = flows_by_id({each.flow_version_id for each in found})
    for each in found:
        form = flows[each.flow_version_id].form(each.form)
        answers = answer_words(read_answers(form, each.values, {})) if form else []
        rows.append(
            AnswerRow(
                each.pk,
                each.work_order.number,
                each.work_order.item_version.name,
                each.name,
                each.stay.name,
                each.filled_by.display_name,
                each.filled_at,
                [answer for answer in answers if answer.words],
            )
        )
    return rows
