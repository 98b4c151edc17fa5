"""Why a planned order is where it is, and what everybody else answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Installer
from dispatch.board.pool import place_of, title_of
from dispatch.facts import moment
from dispatch.models import PlannedVisit, PlanRun
from dispatch.planning.adjusting import part_as_planned
from dispatch.planning.left_words import left_words
from dispatch.planning.words import (
    names_for,
    part_words,
    signed,
    why_not_words,
    why_words,
)

if TYPE_CHECKING:
    from dispatch.engine.online import Candidate

OTHERS = 12
_State = PlannedVisit.State
_MOVABLE: Mapping[str, tuple[str, ...]] = {
    PlanRun.State.READY: (_State.PLANNED, _State.LEFT),
    PlanRun.State.PUBLISHED: (_State.PUBLISHED,),
}
"""Which visits may be given to somebody else, by how far their plan is."""


@dataclass(frozen=True, slots=True)
class Other:
    """What another person answers: how much better or worse, when, and why or why not."""

    installer: Installer
    is_able: bool
    gap: str
    begins: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Why:
    """A planned order explained; `is_open` when it may still be given to somebody else."""

    row: PlannedVisit
    title: str
    place: str
    reasons: list[str]
    parts: list[tuple[str, str]]
    score: str
    others: list[Other]
    is_open: bool


def why_planned(row: PlannedVisit) -> Why:
    """Return why this person, why not the others, or why nobody."""
    order = row.work_order
    region = order.site_region.code if order.site_region else ""
    names = names_for([region])
    is_movable = row.state in _MOVABLE.get(row.run.state, ())
    return Why(
        row=row,
        title=title_of(order),
        place=place_of(order),
        reasons=why_words(row.reasons, names) if row.installer_id else left_words(row),
        parts=part_words(row.parts),
        score="" if row.score_fen is None else signed(row.score_fen),
        others=_others(row, names) if is_movable and row.part_id else [],
        is_open=is_movable and row.part_id is not None,
    )


def _others(row: PlannedVisit, names: Mapping[str, str]) -> list[Other]:
    part = part_as_planned(row)
    answers = part.answers(part.job(row.work_order_id))
    others = [answer for _page, answer in answers if answer.tech_id != row.installer_id]
    able = [each for each in others if each.feasible][:OTHERS]
    unable = [each for each in others if not each.feasible][: OTHERS - len(able) // 2]
    found = Installer.objects.filter(pk__in=[each.tech_id for each in able + unable])
    people = {each.pk: each for each in found.select_related("user", "outlet")}
    return [_other(each, people[each.tech_id], row, names) for each in able + unable]


def _other(
    answer: Candidate, installer: Installer, row: PlannedVisit, names: Mapping[str, str]
) -> Other:
    gap = ""
    if answer.feasible and row.score_fen is not None:
        gap = signed(answer.score_fen - row.score_fen)
    begins = "" if answer.start_at is None else f"{moment(answer.start_at):%H:%M}"
    return Other(installer, answer.feasible, gap, begins, why_not_words(answer, names))
