"""A day planned at once: every rule kept, every job with a place or a reason, whatever happens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.engine.batch.planning import GREEDY, VROOM, plan, replan
from dispatch.engine.batch.problem import Problem
from dispatch.engine.batch.splitting import LARGEST, parts
from dispatch.engine.check import evaluate
from dispatch.engine.facts import Job, Shift, Span, Stop, Tech
from tests.dispatch.days import CENTRE, DAY, a_day, at

DIES = ("false",)
HANGS = ("sleep", "60")
TECH = Tech(1, CENTRE, {"AC": 2}, shifts=(Shift(Span(at(8), at(17))),))
JOB = Job(1, CENTRE, (Span(at(9), at(11)),), 9_000, {"AC": 1})


def told(found, problem):
    """Every job is in the plan once or has a reason, and the judge finds nothing."""
    fixed = [stop.job_id for tech in problem.techs for stop in tech.stops]
    assert evaluate(found.routes, problem.travel, decided=fixed).violations == ()
    placed = [visit.job.id for route in found.routes for visit in route.visits]
    left = [one.job.id for one in found.unassigned]
    assert sorted(placed + left) == sorted([job.id for job in problem.jobs] + fixed)
    assert all(sum(one.failed.values()) == len(problem.techs) for one in found.unassigned)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 25))
def test_any_day_keeps_every_rule_and_no_job_is_lost(seed, people, jobs):
    problem = a_day(people, jobs, seed=seed, trades=4)
    told(plan(problem, command=DIES), problem)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_solver_places_more_than_the_cheapest_insertion_and_keeps_every_rule(seed):
    problem = a_day(20, 120, seed=seed)
    solved, greedy = plan(problem), plan(problem, command=DIES)
    told(solved, problem)
    assert (solved.solved, greedy.solved) == ((VROOM,), (GREEDY,))
    assert len(solved.unassigned) <= len(greedy.unassigned)


@pytest.mark.parametrize("command", [DIES, HANGS, ("echo", "not what was asked for")])
def test_a_solver_that_dies_hangs_or_talks_nonsense_costs_no_job(command):
    problem = a_day(5, 20, seed=3, trades=4)
    found = plan(problem, command=command, limit_s=0.1)
    told(found, problem)
    assert found.solved == (GREEDY,)


def test_what_is_promised_keeps_its_person_and_its_second():
    promised = Stop(900, CENTRE, at(10), at(11))
    others = tuple(replace(JOB, id=n, windows=(Span(at(8), at(16)),)) for n in range(1, 5))
    problem = Problem(others, (replace(TECH, stops=(promised,)),), DAY)
    found = plan(problem)
    told(found, problem)
    visit = next(each for each in found.routes[0].visits if each.job.id == 900)
    assert (visit.start, visit.end) == (at(10), at(11))


def test_new_jobs_move_nobody_elses():
    problem = a_day(20, 100, seed=4)
    first = plan(problem)
    days = {
        route.tech.id: tuple(
            Stop(each.job.id, each.job.point, each.start, each.end, each.job.windows)
            for each in route.visits
        )
        for route in first.routes
    }
    people = tuple(replace(tech, stops=days.get(tech.id, ())) for tech in problem.techs)
    new = tuple(replace(job, id=job.id + 1000) for job in a_day(20, 10, seed=5).jobs)
    second = replan(Problem(new, people, DAY))
    told(second, Problem(new, people, DAY))
    assert {job: who for job, who in second.persons.items() if job < 1000} == first.persons


def test_an_urgent_job_takes_the_place_of_a_less_urgent_one():
    usual, urgent = replace(JOB, priority=10), replace(JOB, id=2, priority=100)
    problem = Problem((usual, urgent), (TECH,), DAY)
    found = plan(problem, command=DIES)
    assert found.persons == {2: 1}
    assert [(one.job.id, one.code) for one in found.unassigned] == [(1, "window")]


def test_a_place_is_taken_from_the_less_urgent_after_the_solver_gave_it_to_them():
    held = Stop(1, CENTRE, at(9), at(11.5), (Span(at(9), at(11)),))
    problem = Problem((replace(JOB, id=2, priority=100),), (replace(TECH, stops=(held,)),), DAY)
    assert [one.code for one in replan(problem).unassigned] == ["window"]


@pytest.mark.parametrize(
    ("job", "code"),
    [
        (replace(JOB, skills={"GAS": 1}), "skill"),
        (replace(JOB, skills={"AC": 3}), "grade"),
        (replace(JOB, certificates=frozenset({"HIGH"})), "certificate_missing"),
        (replace(JOB, windows=(Span(at(20), at(22)),)), "no_shift"),
        (replace(JOB, service_s=12 * 3600), "window"),
    ],
)
def test_a_job_without_a_place_says_which_rule_kept_people_from_it(job, code):
    found = plan(Problem((job,), (TECH, replace(TECH, id=2)), DAY))
    assert [(one.code, one.failed) for one in found.unassigned] == [(code, {code: 2})]


def test_a_job_nobody_is_there_for_says_so():
    assert [one.code for one in plan(Problem((JOB,), (), DAY)).unassigned] == ["nobody"]


def test_each_region_is_planned_by_itself_and_a_large_one_in_pieces():
    problem = a_day(40, 2 * LARGEST + 10, seed=6, cities=2)
    found = parts(problem.jobs, problem.techs, problem.travel)
    assert sorted(job.id for part in found for job in part.jobs) == [j.id for j in problem.jobs]
    assert sorted(tech.id for part in found for tech in part.techs) == [t.id for t in problem.techs]
    assert all(len({job.region for job in part.jobs}) == 1 for part in found)
    assert max(len(part.jobs) for part in found) <= LARGEST


def test_the_same_problem_has_the_same_digest_and_another_one_another():
    one, same, other = (a_day(3, 9, seed=seed) for seed in (7, 7, 8))
    assert one.digest == same.digest
    assert other.digest != one.digest
    assert replace(one, now=DAY + 1).digest != one.digest
