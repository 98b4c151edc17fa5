"""A plan as its page shows it: figures, a row of time for each person, and what has no place."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator

from accounts.models import Installer
from common import clock
from dispatch.board.pool import place_of, title_of
from dispatch.board.scale import FIRST_HOUR, LAST_HOUR, Scale, Stretch
from dispatch.bookings import span_words
from dispatch.models import PlannedVisit, PlanRun
from dispatch.planning.left_words import left_words
from dispatch.planning.selectors import is_stuck, is_working, totals_of_plan, visits_of_plan

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from network.models import OrgUnit

LANES = 40
MOST_LEFT = 100
_SHORT, _NARROWEST = 9.0, 4.0
State, Visit = PlanRun.State, PlannedVisit.State
COLOURS = {
    Visit.KEPT.value: "x-st-done",
    Visit.PLANNED.value: "x-st-assigned",
    Visit.PUBLISHED.value: "x-st-on-site",
    Visit.CONFLICT.value: "x-st-overdue",
    Visit.WITHDRAWN.value: "x-st-cancelled",
}
ICONS = {
    Visit.KEPT.value: "lock",
    Visit.PLANNED.value: "calendar-time",
    Visit.PUBLISHED.value: "circle-check",
    Visit.CONFLICT.value: "alert-triangle",
    Visit.WITHDRAWN.value: "arrow-back-up",
}


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """A planned visit in percent of the day; `note` says that its time or person was changed."""

    row: PlannedVisit
    left: float
    width: float
    css: str
    icon: str
    words: str
    place: str
    times: str
    begin: str
    was: str
    is_short: bool
    is_narrow: bool


@dataclass(frozen=True, slots=True)
class PlanLane:
    """A person's planned day."""

    installer: Installer
    blocks: list[PlanBlock]
    travels: list[Stretch]


@dataclass(frozen=True, slots=True)
class LeftRow:
    """An order without a place, or one that could not be published, with why."""

    row: PlannedVisit
    title: str
    place: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is, in percent."""

    run: PlanRun
    share: int
    working: bool
    stuck: bool

    @property
    def stamp(self) -> str:
        """What a poll compares."""
        return f"{self.run.pk}-{self.run.state}-{self.run.done}-{self.stuck}"


@dataclass(frozen=True, slots=True)
class PlanPage:
    """All of a plan's page."""

    run: PlanRun
    progress: Progress
    outlets: list[OrgUnit]
    totals: dict[str, int]
    greedy: list[str]
    lanes: list[PlanLane]
    page: Page[Installer]
    hours: list[tuple[str, float]]
    left: list[LeftRow]
    conflicts: list[LeftRow]
    hidden: int
    can_publish: bool
    can_cancel: bool
    can_withdraw: bool


def progress_of_plan(run: PlanRun) -> Progress:
    """Return how far a plan is."""
    share = min(100, 100 * run.done // run.total) if run.total else 0
    return Progress(run, share, is_working(run), is_stuck(run))


def plan_page(run: PlanRun, *, page: str, can_assign: bool) -> PlanPage:
    """Return a plan's page; the number of queries does not depend on how many visits there are."""
    totals = totals_of_plan(run=run)
    people = Paginator(_people(run), LANES).get_page(page)
    scale = Scale(run.day)
    left = visits_of_plan(run=run).filter(state=Visit.LEFT)
    left_rows = [_left(row) for row in left.order_by("work_order__due_at", "pk")[:MOST_LEFT]]
    conflicts = visits_of_plan(run=run).filter(state=Visit.CONFLICT).order_by("pk")[:MOST_LEFT]
    return PlanPage(
        run=run,
        progress=progress_of_plan(run),
        outlets=list(run.outlets.order_by("name")),
        totals=totals,
        greedy=list(run.parts.filter(solved="greedy").values_list("name", flat=True)),
        lanes=_lanes(run, list(people.object_list), scale),
        page=people,
        hours=[(f"{hour}:00", scale.hour(hour)) for hour in range(FIRST_HOUR, LAST_HOUR)],
        left=left_rows,
        conflicts=[_left(row) for row in conflicts],
        hidden=max(0, totals[Visit.LEFT] - len(left_rows)),
        can_publish=can_assign
        and run.state == State.READY
        and bool(totals[Visit.PLANNED])
        and run.day >= clock.business_day(),
        can_cancel=can_assign
        and run.state in (State.BUILDING, State.PLANNING, State.READY, State.FAILED),
        can_withdraw=can_assign and run.state == State.PUBLISHED and bool(totals[Visit.PUBLISHED]),
    )


def _people(run: PlanRun) -> QuerySet[Installer]:
    busy = run.visits.exclude(installer=None).values("installer")
    found = Installer.objects.filter(pk__in=busy).select_related("user", "outlet", "grade")
    return found.order_by("outlet__name", "number", "pk")


def _lanes(run: PlanRun, people: list[Installer], scale: Scale) -> list[PlanLane]:
    rows = visits_of_plan(run=run).filter(installer__in=people).order_by("starts_at", "pk")
    by_person: dict[int, list[PlannedVisit]] = {}
    for row in rows:
        by_person.setdefault(row.installer_id or 0, []).append(row)
    return [_lane(each, by_person.get(each.pk, []), scale) for each in people]


def _lane(installer: Installer, rows: list[PlannedVisit], scale: Scale) -> PlanLane:
    blocks = [_block(row, scale) for row in rows]
    travels = []
    for before, after in itertools.pairwise(rows):
        if before.ends_at is None or after.starts_at is None:
            continue
        begins = max(before.ends_at, after.starts_at - timedelta(seconds=after.travel_s or 0))
        if begins < after.starts_at:
            travels.append(scale.stretch(begins, after.starts_at))
    return PlanLane(installer, blocks, travels)


def _block(row: PlannedVisit, scale: Scale) -> PlanBlock:
    # A row with a person has a time: the database says so.
    begins, ends = row.starts_at or clock.now(), row.ends_at or clock.now()
    place = scale.stretch(begins, ends)
    order = row.work_order
    was = row.was_at if row.was_at is not None and row.was_at != begins else None
    return PlanBlock(
        row=row,
        left=place.left,
        width=place.width,
        css=COLOURS.get(row.state, ""),
        icon=ICONS.get(row.state, "circle-dashed"),
        words=title_of(order),
        place=order.address.district or order.address.city,
        times=span_words(begins, ends),
        begin=f"{clock.china(begins):%H:%M}",
        was=f"{clock.china(was):%H:%M}" if was else "",
        is_short=place.width < _SHORT,
        is_narrow=place.width < _NARROWEST,
    )


def _left(row: PlannedVisit) -> LeftRow:
    reasons = [row.note] if row.note else left_words(row)
    return LeftRow(row, title_of(row.work_order), place_of(row.work_order), reasons)
