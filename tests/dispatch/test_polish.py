"""A small day is looked at again: never worse, often better, the same each time, promises kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.engine.batch import repair
from dispatch.engine.batch.book import Book
from dispatch.engine.batch.planning import plan
from dispatch.engine.batch.polish import SMALL, polish
from dispatch.engine.batch.problem import Problem
from dispatch.engine.facts import Stop
from tests.dispatch.days import CENTRE, DAY, a_day, at


def weight(book, left):
    """What is not served by priority, and the way of everybody in seconds."""
    return sum(job.priority for job in left), sum(book.way_s(page) for page in book.pages)


def looked_at(problem, seed="one"):
    """A day repaired greedily, and what it weighs before and after it is polished."""
    book = Book.open(problem)
    left = repair.insert(book, [job.id for job in problem.jobs])
    before = weight(book, left)
    after = polish(book, left, seed=seed)
    return book, before, weight(book, after)


def test_no_day_gets_worse_and_most_get_better():
    pairs = [looked_at(a_day(3, 11, seed=n, trades=3))[1:] for n in range(6)]
    assert all(after <= before for before, after in pairs)
    assert sum(after < before for before, after in pairs) > len(pairs) // 2


def test_the_same_day_is_polished_alike_each_time():
    problem = a_day(4, 14, seed=8, trades=3)
    first, second = looked_at(problem)[0], looked_at(problem)[0]
    assert [page.day.stops for page in first.pages] == [page.day.stops for page in second.pages]


@pytest.mark.parametrize("people", [2, 3])
def test_what_is_promised_keeps_its_person_and_its_time_in_a_polished_day(people):
    problem = a_day(people, 9, seed=5, trades=2)
    promised = Stop(900, CENTRE, at(14), at(15))
    first, *others = problem.techs
    fixed = Problem(problem.jobs, (replace(first, stops=(promised,)), *others), DAY)
    found = plan(fixed)
    mine = next(route for route in found.routes if route.tech.id == first.id)
    assert [(visit.start, visit.end) for visit in mine.visits if visit.job.id == 900] == [
        (at(14), at(15))
    ]


def test_a_day_larger_than_a_small_teams_is_left_as_it_is():
    problem = a_day(4, SMALL + 1, seed=2)
    book = Book.open(problem)
    left = repair.insert(book, [job.id for job in problem.jobs])
    before = [page.day for page in book.pages]
    assert polish(book, left, seed="one") == left
    assert [page.day for page in book.pages] == before
