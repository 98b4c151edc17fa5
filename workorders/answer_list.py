"""Filled-in forms over all orders: searched, paged and exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from common.clock import CHINA
from workorders.flow.answer_shape import PICTURES
from workorders.flow.answers import read_answers
from workorders.flow_versions import read_version
from workorders.form_words import answer_words
from workorders.models import FlowVersion, FormAnswers
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User
    from workorders.form_words import AnswerWords

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuery:
    """What is asked for: the name of a form, words in its answers, days it was filled in on."""

    form: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


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


def form_labels(*, actor: User, form: str) -> list[str]:
    """Return the labels of a form's fields over all versions that were filled in, the newest first."""
    found = filtered_answers(actor=actor, query=AnswerQuery(form=form)).order_by()
    versions = FlowVersion.objects.filter(pk__in=found.values("flow_version")).order_by("-pk")
    labels = [
        field.label
        for version in versions
        for each in read_version(version).forms
        if each.name == form
        for field in each.fields
        if field.kind not in PICTURES
    ]
    return list(dict.fromkeys(labels))


def _joined(found: QuerySet[FormAnswers]) -> QuerySet[FormAnswers]:
    joined = found.select_related("flow_version", "filled_by", "stay", "work_order__item_version")
    return joined.order_by("-pk")


def answer_rows(found: Iterable[FormAnswers]) -> list[AnswerRow]:
    """Return filled-in forms in words; how many pictures there are is not read here."""
    rows = []
    for each in found:
        form = read_version(each.flow_version).form(each.form)
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
