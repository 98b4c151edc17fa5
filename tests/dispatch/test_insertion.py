"""A place in a day is found when, and only when, trying every turn finds one."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.dispatch_days import a_day as a_toy_day
from bench.dispatch_oracle import JOBS, PEOPLE, TRADES, cost, optimum
from dispatch.engine.batch.planning import plan, replan
from dispatch.engine.batch.problem import Problem
from dispatch.engine.facts import Job, Shift, Span, Stop, Tech
from dispatch.engine.insertion import cheapest, days_of
from dispatch.engine.schedule import timetable
from dispatch.engine.travel import Travel
from tests.dispatch.days import CENTRE, DAY, a_day, at

ROADS = Travel()


def by_trying(job, day, windows):
    """The least added way of all turns that have a timetable, or None."""
    new = Stop(job.id, job.point, 0, job.service_s, windows)
    ways = []
    for turn in range(len(day.stops) + 1):
        stops = (*day.stops[:turn], new, *day.stops[turn:])
        breaks = [each for each in day.shift.breaks if each.latest >= day.begin]
        found = timetable(
            stops, origin=day.origin, begin=day.begin, end=day.shift.span.end,
            breaks=breaks, travel=ROADS,
        )  # fmt: skip
        if found is None:
            continue
        places = [day.origin, *(stop.point for stop in stops)]
        old = [day.origin, *(stop.point for stop in day.stops)]
        way = sum(ROADS.seconds(a, b) for a, b in itertools.pairwise(places))
        ways.append(way - sum(ROADS.seconds(a, b) for a, b in itertools.pairwise(old)))
    return min(ways, default=None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(7, 15))
def test_the_cheapest_place_is_the_one_that_trying_every_turn_finds(seed, hour):
    problem = a_day(2, 14, seed=seed, trades=1)
    found = plan(problem, command=("false",))
    draw = random.Random(seed)
    for route in found.routes:
        stops = tuple(
            Stop(
                each.job.id, each.job.point, each.start, each.end,
                each.job.windows if draw.random() < 0.7 else (),
            )
            for each in route.visits
        )  # fmt: skip
        for day in days_of(replace(route.tech, stops=stops), at(hour)):
            for job in problem.jobs:
                windows = tuple(span for span in job.windows if span.end > at(hour))
                if job.id in {stop.job_id for stop in day.stops} or not windows:
                    continue
                place = cheapest(job, day, ROADS, windows)
                assert (place and place.added_s) == by_trying(job, day, windows)


def a_tech(number, *trades, hours=(8, 12)):
    shift = Shift(Span(*map(at, hours)))
    return Tech(number, CENTRE, dict.fromkeys(trades, 1), shifts=(shift,))


def a_job(number, trade, hours=(8, 9), length=3):
    return Job(number, CENTRE, (Span(at(hours[0]), at(hours[1])),), length * 3600, {trade: 1})


def held(job):
    start = job.windows[0].start
    return Stop(job.id, job.point, start, start + job.service_s, job.windows)


def test_a_job_gets_the_place_of_another_which_another_person_can_do():
    jobs = (a_job(1, "A"), a_job(2, "B"))
    people = (a_tech(1, "A", "B"), a_tech(2, "A"))
    found = plan(Problem(jobs, people, DAY), command=("false",))
    assert found.persons == {1: 2, 2: 1}


def test_places_are_passed_on_over_three_people():
    jobs = (a_job(1, "A"), a_job(2, "B"), a_job(3, "C"))
    people = (a_tech(1, "A", "C"), a_tech(2, "A", "B"), a_tech(3, "B"))
    for order in (jobs, jobs[::-1]):
        renamed = tuple(replace(job, id=n) for n, job in enumerate(order, 1))
        found = plan(Problem(renamed, people, DAY), command=("false",))
        assert found.unassigned == ()


def test_nothing_that_is_promised_makes_room():
    promised = a_job(1, "A")
    people = (replace(a_tech(1, "A", "B"), stops=(held(promised),)), a_tech(2, "A"))
    found = replan(Problem((a_job(2, "B"),), people, DAY))
    assert [one.code for one in found.unassigned] == ["window"]


def test_a_day_that_is_late_already_stands_as_it_is_and_loses_nobody():
    far = (CENTRE[0] + 0.5, CENTRE[1])
    promised = Stop(900, far, at(10), at(11))
    later = Stop(901, far, at(11), at(12), (Span(at(11), at(13)),))
    late = replace(a_tech(1, "A"), stops=(promised, later))
    found = replan(
        Problem((a_job(1, "A", hours=(9, 10), length=1),), (late, a_tech(2, "A")), at(9.9))
    )
    assert found.persons == {900: 1, 901: 1, 1: 2}
    starts = {each.job.id: each.start for route in found.routes for each in route.visits}
    assert (starts[900], starts[901]) == (at(10), at(11))


def test_a_job_without_a_place_is_explained_by_those_who_came_furthest():
    people = (*(a_tech(n, "A") for n in range(1, 9)), a_tech(9, "B", hours=(13, 17)))
    (left,) = plan(Problem((a_job(1, "B"),), people, DAY)).unassigned
    assert (left.code, left.failed) == ("no_shift", {"skill": 8, "no_shift": 1})


@pytest.mark.parametrize("seed", [0, 2, 9])
def test_a_toy_day_is_planned_within_three_per_cent_of_the_best_plan(seed):
    problem = a_toy_day(PEOPLE, JOBS, seed=seed, trades=TRADES)
    best = optimum(problem)
    assert best <= cost(problem, plan(problem)) <= 1.03 * best


@pytest.mark.parametrize("now", [at(23.99), at(24), at(24.01)])
def test_a_shift_over_midnight_is_planned_from_the_second_that_is(now):
    night = Shift(Span(at(22), at(30)))
    person = Tech(1, CENTRE, {"A": 1}, shifts=(night,))
    job = Job(1, CENTRE, (Span(at(22), at(26)),), 3600, {"A": 1})
    found = plan(Problem((job,), (person,), now))
    (visit,) = found.routes[0].visits
    assert visit.start == now


@pytest.mark.parametrize("now", [at(26), at(30), at(31)])
def test_a_job_whose_time_is_over_has_no_place_and_a_reason(now):
    night = Shift(Span(at(22), at(30)))
    person = Tech(1, CENTRE, {"A": 1}, shifts=(night,))
    job = Job(1, CENTRE, (Span(at(22), at(26)),), 3600, {"A": 1})
    assert [one.code for one in plan(Problem((job,), (person,), now)).unassigned] == ["no_shift"]
