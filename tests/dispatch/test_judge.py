"""The judge names each broken rule."""

import dataclasses

import pytest

from dispatch.engine.check import Route, Visit, evaluate
from dispatch.engine.facts import Break, Job, Shift, Span, Tech
from dispatch.engine.travel import Travel

HOME = (120.15, 30.27)
AWAY = (120.35, 30.27)
TECH = Tech(id=5, home=HOME, skills={"AC": 2}, certificates={"C": 90_000}, radius_m=60_000)
SHIFT = Shift(Span(28_800, 64_800), (Break(41_400, 45_000, 1_800),), max_jobs=2)
JOB = Job(1, HOME, (Span(30_000, 40_000),), 3_600, {"AC": 2}, frozenset({"C"}))
LUNCH = (Span(42_000, 43_800),)
CLEAN = Route(TECH, SHIFT, (Visit(JOB, 30_000, 33_600),), LUNCH)


def route(**changes):
    return dataclasses.replace(CLEAN, **changes)


def visits(*starts, **changes):
    jobs = (dataclasses.replace(JOB, id=n + 1, **changes) for n in range(len(starts)))
    return tuple(Visit(job, start, start + 3_600) for job, start in zip(jobs, starts, strict=True))


def test_a_clean_route_has_no_violations_and_its_totals():
    found = evaluate([CLEAN])
    assert found.violations == ()
    assert found.parts == {"visits": 1, "travel_m": 0, "travel_s": 0, "wait_s": 1_200}


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ([route(tech=dataclasses.replace(TECH, skills={}))], "skill"),
        ([route(tech=dataclasses.replace(TECH, skills={"AC": 1}))], "grade"),
        ([route(tech=dataclasses.replace(TECH, certificates={}))], "certificate"),
        ([route(tech=dataclasses.replace(TECH, certificates={"C": 33_599}))], "certificate"),
        ([route(tech=dataclasses.replace(TECH, regions=frozenset({"x"})))], "region"),
        (
            [route(visits=visits(35_000, point=AWAY), tech=dataclasses.replace(TECH, radius_m=9))],
            "radius",
        ),
        ([route(visits=visits(40_000))], "window"),
        ([route(visits=visits(29_000, windows=(Span(28_000, 29_000),)))], "window"),
        ([route(visits=(Visit(JOB, 30_000, 33_000),))], "duration"),
        ([route(shift=dataclasses.replace(SHIFT, span=Span(31_000, 64_800)))], "shift"),
        ([route(visits=visits(30_000, 32_000))], "overlap"),
        ([route(visits=visits(28_900, point=AWAY, windows=(Span(0, 90_000),)))], "travel"),
        ([route(pauses=())], "break"),
        ([route(pauses=(Span(41_000, 42_800),))], "break"),
        ([route(pauses=(Span(42_000, 43_000),))], "break"),
        ([route(visits=visits(39_000), pauses=(Span(41_500, 43_300),))], "break"),
        ([route(visits=visits(30_000, 33_600, 37_200))], "cap"),
        ([CLEAN, route(tech=dataclasses.replace(TECH, id=6))], "duplicate"),
    ],
)
def test_a_broken_rule_is_named(plan, code):
    assert code in {violation.code for violation in evaluate(plan).violations}


def test_a_shift_under_way_goes_on_from_where_the_person_is():
    there = route(visits=visits(33_000, point=AWAY, windows=(Span(0, 90_000),)), begin=32_990)
    assert {v.code for v in evaluate([there]).violations} == {"travel"}
    assert evaluate([dataclasses.replace(there, origin=AWAY)]).violations == ()


def test_travel_is_symmetric_and_nothing_only_at_the_same_place():
    roads = Travel()
    assert roads.metres(HOME, AWAY) == roads.metres(AWAY, HOME) > 19_000
    assert roads.seconds(HOME, HOME) == 0
    assert roads.seconds(HOME, (120.15, 30.2700001)) >= roads.setup_s


def test_of_a_job_whose_person_was_decided_only_the_times_are_judged():
    strange = route(tech=dataclasses.replace(TECH, skills={}, regions=frozenset({"x"})))
    assert evaluate([strange], decided={1}).violations == ()
    late = dataclasses.replace(strange, visits=visits(40_000))
    found = {one.code for one in evaluate([late], decided={1}).violations}
    assert found == {"window", "break"}
