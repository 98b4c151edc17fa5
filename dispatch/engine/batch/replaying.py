"""Gives a day's jobs out one after another, each to whom the weights like best then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.engine.batch.book import Book
from dispatch.engine.batch.preferring import near_pages, weighed
from dispatch.engine.check import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dispatch.engine.batch.preferring import Preferences
    from dispatch.engine.batch.problem import Problem

ASKED = 20
"""So many able people near are asked for each job."""


@dataclass(frozen=True, slots=True)
class Given:
    """Who got a job, when it begins, how much later than the customer's first moment, its pay."""

    tech_id: int
    start: int
    late_s: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Replay:
    """A day given out by some weights; `homeless` found nobody."""

    given: Mapping[int, Given]
    homeless: tuple[int, ...]
    travel_m: int
    travel_s: int


def replay(problem: Problem, wishes: Preferences) -> Replay:
    """Return how the jobs would have been given out, in the order of their ids."""
    book = Book.open(problem)
    who: dict[int, tuple[int, int]] = {}
    homeless = []
    for job in problem.jobs:
        answers = [
            (answer, page)
            for page in near_pages(book, job, ASKED, wishes)
            if not page.day.is_full and (answer := weighed(book, page, job, wishes)).feasible
        ]
        if not answers:
            homeless.append(job.id)
            continue
        best, page = min(answers, key=lambda each: (-each[0].score_fen, each[0].tech_id))
        if best.timetable is not None:
            page.keep(best.timetable)
        who[job.id] = best.tech_id, best.earning_fen or 0
    starts = {stop.job_id: stop.start for page in book.pages for stop in page.day.stops}
    jobs = {job.id: job for job in problem.jobs}
    given = {
        pk: Given(tech_id, starts[pk], max(0, starts[pk] - jobs[pk].windows[0].start), paid)
        for pk, (tech_id, paid) in who.items()
    }
    totals = evaluate(list(book.routes()), problem.travel).parts
    return Replay(given, tuple(homeless), totals["travel_m"], totals["travel_s"])
