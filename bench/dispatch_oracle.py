"""The best plan of a very small day, found by constraint programming, and how near a plan comes.

It shares no code with the planning: who may do what, windows, breaks and caps are said anew here.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean
from typing import TYPE_CHECKING

from bench.dispatch_days import a_day
from bench.figures import Figure, at_most, figure
from dispatch.engine.batch.planning import plan
from dispatch.engine.check import evaluate

if TYPE_CHECKING:
    from dispatch.engine.batch.problem import Plan, Problem
    from dispatch.engine.facts import Job, Tech
    from dispatch.engine.travel import Travel

SEEDS = range(50)
PEOPLE, JOBS, TRADES = 3, 11, 3
LEFT_S = 3 * 3600
"""What a job of priority 10 without a place costs, in seconds of way."""


def figures() -> Iterator[Figure]:
    """Plan toy days and hold each against the best plan there is."""
    gaps, left = [], 0
    for seed in SEEDS:
        problem = a_day(PEOPLE, JOBS, seed=seed, trades=TRADES)
        found, best = plan(problem), optimum(problem)
        gaps.append(100 * (cost(problem, found) / best - 1))
        left += len(found.unassigned)
    words = f"{len(SEEDS)} toy days of {PEOPLE} people and {JOBS} jobs against the best plan"
    yield figure(f"{words}, mean", fmean(gaps), "%", aim=at_most(3))
    yield figure(f"{words}, largest", max(gaps), "%")
    yield figure(f"{words}, days with the best plan", sum(gap < 0.01 for gap in gaps), "days")
    yield figure(f"{words}, jobs without a place", left, "jobs")


def cost(problem: Problem, found: Plan) -> int:
    """Return the seconds of way of a plan and what its jobs without a place cost."""
    way = evaluate(found.routes, problem.travel).parts["travel_s"]
    return way + sum(_left_s(one.job) for one in found.unassigned)


def _left_s(job: Job) -> int:
    return LEFT_S * job.priority // 10


def optimum(problem: Problem, *, limit_s: float = 60) -> int:
    """Return the least cost there is; SystemExit when it is not proven in time."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    jobs, terms = problem.jobs, []
    served = [model.new_bool_var(f"served{n}") for n in range(len(jobs))]
    doers: list[list[cp_model.IntVar]] = [[] for _job in jobs]
    for tech in problem.techs:
        terms += _add_person(model, tech, jobs, doers, problem.travel)
    for n, job in enumerate(jobs):
        model.add(sum(doers[n]) == served[n])
        terms.append(_left_s(job) * (1 - served[n]))
    model.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.num_workers = 2
    if solver.solve(model) != cp_model.OPTIMAL:
        raise SystemExit("the best plan of a toy day was not proven in time")
    return round(solver.objective_value)


def _add_person(model, tech: Tech, jobs, doers, travel: Travel) -> list:  # type: ignore[no-untyped-def]
    """One person's day as a circuit through the jobs they do; returns the terms of their way."""
    (shift,) = tech.shifts
    begin, end = shift.span.start, shift.span.end
    (lunch,) = shift.breaks
    pause = model.new_int_var(lunch.earliest, min(lunch.latest, end - lunch.length_s), "pause")
    mine = [n for n, job in enumerate(jobs) if _may(tech, job)]
    does = {n: model.new_bool_var("does") for n in mine}
    starts = {n: model.new_int_var(begin, end, "start") for n in mine}
    after = {n: model.new_bool_var("after lunch") for n in mine}
    idle = model.new_bool_var("idle")
    arcs = [(0, 0, idle)]
    terms = []
    for n in mine:
        job = jobs[n]
        doers[n].append(does[n])
        arcs.append((n + 1, n + 1, ~does[n]))
        inside = [model.new_bool_var("window") for _span in job.windows]
        model.add_exactly_one(inside)
        for span, within in zip(job.windows, inside, strict=True):
            model.add(starts[n] >= span.start).only_enforce_if(within, does[n])
            model.add(starts[n] <= span.end - 1).only_enforce_if(within, does[n])
        model.add(starts[n] + job.service_s <= end).only_enforce_if(does[n])
        model.add(starts[n] >= pause + lunch.length_s).only_enforce_if(after[n], does[n])
        model.add(starts[n] + job.service_s <= pause).only_enforce_if(~after[n], does[n])
        for m in (None, *mine):
            if m == n:
                continue
            goes = model.new_bool_var("goes")
            arcs.append((0 if m is None else m + 1, n + 1, goes))
            way = travel.seconds(tech.home if m is None else jobs[m].point, job.point)
            terms.append(way * goes)
            free = begin if m is None else starts[m] + jobs[m].service_s
            model.add(starts[n] >= free + way).only_enforce_if(goes)
            lunch_between = [goes, after[n]] + ([] if m is None else [~after[m]])
            model.add(starts[n] >= free + way + lunch.length_s).only_enforce_if(lunch_between)
        arcs.append((n + 1, 0, model.new_bool_var("home")))
    model.add_circuit(arcs)
    if shift.max_jobs is not None:
        model.add(sum(does.values()) <= shift.max_jobs)
    return terms


def _may(tech: Tech, job: Job) -> bool:
    return all(tech.skills.get(trade, 0) >= rank for trade, rank in job.skills.items())
