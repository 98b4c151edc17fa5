"""A plan of a day from its start to its result: started, built, solved part by part, cancelled."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.outbox import announce
from common.remembering import remembering
from dispatch.engine.batch import problem as engine
from dispatch.engine.batch import solver
from dispatch.engine.batch.planning import GREEDY, BrokenPlanError, plan
from dispatch.engine.batch.preferring import prefer
from dispatch.engine.check import evaluate
from dispatch.events import PlanPartWanted, PlanWanted
from dispatch.models import PlannedVisit, PlanPart, PlanRun
from dispatch.planning.building import build_day, open_orders
from dispatch.planning.plain import plain_problem, read_problem
from dispatch.planning.rows import rows_of
from dispatch.policy import current_weights, plain_weights, policy_in_force, weights_of
from dispatch.selectors import dispatchable_orders

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from network.models import OrgUnit

State = PlanRun.State
FARTHEST_DAYS = 14
LIMIT_S = 10
"""So long the solver may look at a part; a multiple of it and the process is killed."""
UNDER_WAY = (State.BUILDING, State.PLANNING)


@transaction.atomic
def start_plan(*, day: date, outlets: Sequence[OrgUnit], actor: User) -> PlanRun:
    """Begin a plan of the day for the people of the outlets; it is made by a worker.

    Refused for a day that is over or too far off, and without an outlet.
    """
    today = clock.business_day()
    refuse_unless(
        0 <= (day - today).days <= FARTHEST_DAYS,
        "plan.day",
        _("Choose a day between today and %(days)s days from now") % {"days": FARTHEST_DAYS},
    )
    refuse_unless(outlets, "plan.outlets", _("Choose at least one outlet"))
    policy = policy_in_force()
    now = clock.now()
    run = PlanRun.objects.create(
        day=day,
        policy=policy.number if policy else 0,
        weights=plain_weights(current_weights()),
        engine=engine_version(),
        started_by=actor,
        started_at=now,
        moved_at=now,
    )
    run.outlets.set(outlets)
    record(actor, "day_plan.started", run, day=day, outlets=[each.pk for each in outlets])
    announce(PlanWanted(run.pk), key=f"plan:{run.pk}")
    return run


def engine_version() -> str:
    """The engine that would make a plan now: ours and the solver's release."""
    return f"kuaqu {engine.VERSION} · pyvroom {version('pyvroom')}"


@transaction.atomic
def build_plan(*, run_id: int) -> PlanRun:
    """Collect orders and people, store each part's inputs and announce the parts."""
    run = locked_run(run_id)
    if run.state != State.BUILDING:
        return run
    outlets = list(run.outlets.order_by("pk"))
    orders = open_orders(dispatchable_orders(actor=run.started_by), day=run.day, outlets=outlets)
    with remembering():
        built = build_day(
            orders=orders, outlets=outlets, day=run.day, weights=weights_of(run.weights)
        )
    PlannedVisit.objects.bulk_create(
        PlannedVisit(run=run, work_order_id=pk, state=PlannedVisit.State.LEFT, failed={code: 0})
        for pk, code in built.outside.items()
    )
    parts = PlanPart.objects.bulk_create(
        PlanPart(
            run=run,
            number=number,
            name=each.name[:200],
            inputs=plain_problem(each.problem, each.wishes),
            inputs_hash=each.problem.digest,
            jobs=len(each.problem.jobs),
            people=len(each.problem.techs),
        )
        for number, each in enumerate(built.parts, 1)
    )
    run.total = sum(part.jobs for part in parts)
    run.inputs_hash = _digest([part.inputs_hash for part in parts])
    run.state = State.PLANNING if parts else State.READY
    _moved(run)
    for part in parts:
        announce(PlanPartWanted(part.pk), key=f"plan-part:{part.pk}")
    return run


@transaction.atomic
def solve_part(*, part_id: int, command: Sequence[str] = solver.CHILD) -> None:
    """Plan a part, judge the result and store it; the last part makes the plan ready.

    Does nothing for a part that is solved, or whose plan was cancelled meanwhile.
    """
    part = PlanPart.objects.select_related("run").filter(pk=part_id).first()
    if part is None or part.solved or part.run.state != State.PLANNING:
        return
    problem, wishes = read_problem(part.inputs)
    began = time.monotonic()
    try:
        found = plan(problem, limit_s=LIMIT_S, command=command)
        preferred = prefer(problem, found, wishes)
    except (BrokenPlanError, ValueError) as broken:
        fail_plan(run_id=part.run_id, why=str(broken))
        return
    took_ms = int(1000 * (time.monotonic() - began))
    totals = evaluate(preferred.plan.routes, problem.travel).parts
    # The run's row is taken only now: until here it can be cancelled.
    run = locked_run(part.run_id)
    if run.state != State.PLANNING:
        return
    part.solved = GREEDY if GREEDY in found.solved else "vroom"
    part.travel_m, part.travel_s, part.took_ms = totals["travel_m"], totals["travel_s"], took_ms
    part.save(update_fields=["solved", "travel_m", "travel_s", "took_ms"])
    PlannedVisit.objects.bulk_create(rows_of(part, problem, preferred), batch_size=500)
    run.done += part.jobs
    if not run.parts.filter(solved="").exists():
        run.state = State.READY
    _moved(run)


@transaction.atomic
def fail_plan(*, run_id: int, why: str) -> None:
    """Say that no plan came of it; nothing was assigned."""
    run = locked_run(run_id)
    if run.state in UNDER_WAY:
        run.state, run.trouble = State.FAILED, why[:200]
        _moved(run)


@transaction.atomic
def cancel_plan(*, run_id: int, actor: User) -> PlanRun:
    """Drop a plan nothing of which was published; Conflict when it is published already."""
    run = locked_run(run_id)
    if run.state == State.CANCELLED:
        return run
    if run.state not in (*UNDER_WAY, State.READY, State.FAILED):
        raise Conflict("plan.published", _("This plan was published already"))
    run.state = State.CANCELLED
    _moved(run)
    record(actor, "day_plan.cancelled", run)
    return run


def locked_run(run_id: int) -> PlanRun:
    """Take a plan for a change until the end of the transaction."""
    found = PlanRun.objects.select_for_update(of=("self",))
    return found.select_related("started_by").get(pk=run_id)


def _moved(run: PlanRun) -> None:
    run.moved_at = clock.now()
    run.save()


def _digest(hashes: Sequence[str]) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()
