"""What the engine answered, as rows: who goes where and when and why, and what stays without a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.facts import moment
from dispatch.models import PlannedVisit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dispatch.engine.batch.preferring import Preferred
    from dispatch.engine.batch.problem import Problem
    from dispatch.engine.online import Candidate
    from dispatch.models import PlanPart

State = PlannedVisit.State


def rows_of(part: PlanPart, problem: Problem, found: Preferred) -> Iterator[PlannedVisit]:
    """Return a row for each visit of the plan and for each order without a place."""
    booked = {stop.job_id: stop for tech in problem.techs for stop in tech.stops}
    for route in found.plan.routes:
        for visit in (each for each in route.visits if each.job.id > 0):
            row = PlannedVisit(
                run_id=part.run_id,
                part=part,
                work_order_id=visit.job.id,
                installer_id=route.tech.id,
                state=State.KEPT if visit.job.id in booked else State.PLANNED,
                starts_at=moment(visit.start),
                ends_at=moment(visit.end),
            )
            if visit.job.id in booked:
                row.was_at = moment(booked[visit.job.id].start)
            answer = found.answers.get(visit.job.id)
            if answer is not None:
                explain(row, answer)
            yield row
    for left in found.plan.unassigned:
        yield PlannedVisit(
            run_id=part.run_id,
            part=part,
            work_order_id=left.job.id,
            state=State.LEFT,
            failed=dict(left.failed) or {"nobody": 0},
        )


def explain(row: PlannedVisit, answer: Candidate) -> None:
    """Keep with a row why this person: the parts, which sum to the score, and the reasons."""
    row.score_fen = answer.score_fen
    row.parts = dict(answer.parts or {})
    row.reasons = stored_reasons(answer)
    row.travel_m, row.travel_s = answer.travel_m, answer.travel_s


def stored_reasons(answer: Candidate) -> list[dict[str, Any]]:
    """The reasons of an answer as an assignment keeps them."""
    return [{"code": reason.code, **reason.params} for reason in answer.reasons]
