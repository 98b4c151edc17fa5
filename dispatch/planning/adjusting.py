"""Changes of a plan by hand: another person, or nobody; of a published one the visit itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, Refused, refuse_unless
from common.gathering import attempt
from common.journal import record
from dispatch.engine.batch.book import Book
from dispatch.engine.batch.preferring import Preferences, weighed
from dispatch.facts import moment
from dispatch.models import Assignment, PlannedVisit, PlanRun
from dispatch.planning.plain import read_problem
from dispatch.planning.rows import explain
from dispatch.planning.running import locked_run
from dispatch.services.assigning import assign, withdraw
from workorders.flow import Meaning

if TYPE_CHECKING:
    from typing import Any

    from accounts.models import User
    from dispatch.engine.batch.book import Page
    from dispatch.engine.batch.problem import Problem
    from dispatch.engine.facts import Job
    from dispatch.engine.online import Candidate

State, Visit = PlanRun.State, PlannedVisit.State


@dataclass(frozen=True, slots=True)
class Part:
    """A part's book as the plan's rows have it now."""

    problem: Problem
    wishes: Preferences
    book: Book

    def job(self, order_id: int) -> Job:
        """A job of the part; Refused for what was booked before the plan."""
        found = self.book.jobs.get(order_id)
        if found is None:
            raise Refused(
                "plan.kept", _("This visit was booked before the plan; change it on the board")
            )
        return found

    def answers(self, job: Job) -> list[tuple[Page, Candidate]]:
        """Everybody's answer to a job as the plan is, the best first, then who cannot."""
        found = [(page, weighed(self.book, page, job, self.wishes)) for page in self.book.pages]
        return sorted(
            found, key=lambda each: (not each[1].feasible, -each[1].score_fen, each[1].tech_id)
        )


def part_as_planned(row: PlannedVisit) -> Part:
    """Return the part a row belongs to, with all visits as they are planned now."""
    if row.part is None:
        raise Refused("plan.outside", _("Nobody of these outlets can do this order"))
    problem, wishes = read_problem(row.part.inputs)
    book = Book.open(problem)
    planned = PlannedVisit.objects.filter(part=row.part, state__in=(Visit.PLANNED, Visit.PUBLISHED))
    mine: dict[int, list[int]] = {}
    for order_id, installer_id in planned.order_by("starts_at").values_list(
        "work_order_id", "installer_id"
    ):
        mine.setdefault(installer_id or 0, []).append(order_id)
    for page in book.pages:
        book.fill(page, mine.get(page.tech.id, []))
    return Part(problem, wishes, book)


@transaction.atomic
def move_visit(*, visit_id: int, installer_id: int | None, actor: User) -> PlannedVisit:
    """Give a planned or left order to another person of its part, or to nobody.

    The days of both are timed anew by the engine. A visit of a published plan is given to the other
    person at once. Conflict while the plan is being published, Refused with the rule that forbids it:
    a plan holds no visit that could not be made real.
    """
    run_id = PlannedVisit.objects.values_list("run_id", flat=True).get(pk=visit_id)
    run = locked_run(run_id)
    if run.state == State.PUBLISHED:
        return _move_published(run, visit_id, installer_id, actor)
    if run.state != State.READY:
        raise Conflict("plan.not_ready", _("This plan is not open to changes any more"))
    row = PlannedVisit.objects.select_related("part").get(pk=visit_id)
    part = part_as_planned(row)
    job = part.job(row.work_order_id)
    _without(part.book, job)
    row.by_hand, row.note = True, ""
    if installer_id is None:
        row.state, row.installer_id, row.starts_at, row.ends_at = Visit.LEFT, None, None, None
        row.score_fen, row.travel_m, row.travel_s = None, None, None
        row.parts, row.reasons, row.failed = {}, [], {"by_hand": 0}
    else:
        answer = _placed(part, job, installer_id)
        row.state, row.installer_id, row.failed = Visit.PLANNED, installer_id, {}
        explain(row, answer)
    if row.installer_id is None:
        row.save()
    _store_times(run, row, part.book)
    record(actor, "day_plan.moved", run, order=row.work_order_id, installer=installer_id)
    return row


def _move_published(
    run: PlanRun, visit_id: int, installer_id: int | None, actor: User
) -> PlannedVisit:
    row = PlannedVisit.objects.select_related("work_order").get(pk=visit_id)
    order = row.work_order
    if row.state != Visit.PUBLISHED or order.installer_id != row.installer_id:
        raise Conflict("plan.other_hands", _("Stays: somebody else has it by now, or it has begun"))
    refuse_unless(
        order.meaning == Meaning.ASSIGNED.value,
        "order.under_way",
        _("The visit has begun or is over: its time can no longer be changed"),
    )
    reason = _("Moved by hand in the published plan")
    row.by_hand, row.note = True, ""
    if installer_id is None:
        withdraw(order_id=order.pk, actor=actor, reason=reason)
        # As everywhere a withdrawn row says whose it was and when.
        row.state = Visit.WITHDRAWN
    else:
        made = _at_its_time(row, installer_id, actor, reason)
        row.installer_id, row.assignment = installer_id, made
        row.starts_at, row.ends_at = made.span.lower, made.span.upper
        row.travel_m, row.travel_s, row.score_fen = made.travel_m, None, None
        row.parts, row.reasons = {}, []
    row.save()
    record(actor, "day_plan.moved", run, order=order.pk, installer=installer_id)
    return row


def _at_its_time(row: PlannedVisit, installer_id: int, actor: User, reason: str) -> Assignment:
    """At the planned second, else where the other person's day has room."""
    asked: dict[str, Any] = {
        "order_id": row.work_order_id,
        "installer_id": installer_id,
        "actor": actor,
        "way": Assignment.Way.SUGGESTED,
        "reason": reason,
    }
    try:
        with attempt():
            return assign(**asked, start_at=row.starts_at)
    except Conflict as lost:
        if lost.code not in ("window", "slot.taken"):
            raise
    return assign(**asked)


def _without(book: Book, job: Job) -> None:
    for page in book.pages:
        kept = tuple(stop for stop in page.day.stops if stop.job_id != job.id)
        if len(kept) != len(page.day.stops):
            page.day = replace(page.day, stops=kept)


def _placed(part: Part, job: Job, installer_id: int) -> Candidate:
    pages = [page for page in part.book.pages if page.tech.id == installer_id]
    refuse_unless(pages, "plan.no_shift", _("This person is not at work on that day"))
    answers = [(page, weighed(part.book, page, job, part.wishes)) for page in pages]
    for page, answer in answers:
        if answer.feasible and answer.timetable is not None:
            page.keep(answer.timetable)
            return answer
    raise Refused(answers[0][1].hard_fail or "window", _("The engine finds no place for it there"))


def _store_times(run: PlanRun, row: PlannedVisit, book: Book) -> None:
    """Write the times of everybody whose day has changed; the moved row comes last and whole."""
    times = {
        stop.job_id: (moment(stop.start), moment(stop.end))
        for page in book.pages
        for stop in page.day.stops
    }
    if row.work_order_id in times:
        row.starts_at, row.ends_at = times[row.work_order_id]
        row.save()
    changed = []
    for other in run.visits.filter(part=row.part, state__in=(Visit.PLANNED, Visit.KEPT)):
        wanted = times.get(other.work_order_id)
        if other.pk != row.pk and wanted and wanted != (other.starts_at, other.ends_at):
            other.starts_at, other.ends_at = wanted
            changed.append(other)
    PlannedVisit.objects.bulk_update(changed, ["starts_at", "ends_at"])
