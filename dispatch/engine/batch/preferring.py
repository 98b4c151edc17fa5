"""The second pass over a plan: jobs go to whom the company's own weights prefer, and say why.

The solver sees only travel and urgency. Here each job it placed is weighed as the online engine
weighs it; it changes hands when another able person near has the better score. No job loses its
place in this pass, so what weights can change never decides whether somebody is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from dispatch.engine.batch.book import Book
from dispatch.engine.check import evaluate
from dispatch.engine.facts import Weights
from dispatch.engine.online import rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dispatch.engine.batch.book import Page
    from dispatch.engine.batch.problem import Plan, Problem
    from dispatch.engine.facts import Job, Tech
    from dispatch.engine.online import Candidate

NEAREST = 8
"""So many shifts of able people near are weighed for a job beside the one it is in."""
FEWER, MANY = 4, 1_200
"""Beyond so many jobs fewer are weighed, so that a metropolis is planned in a minute."""
URGENT = 100
"""The priority from which on a job is given without looking at anybody's income."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the pass weighs with: weights, for pressing jobs others, and facts about pairs.

    `earnings` are fen by job and class of pay, `classes` the class of each person; `usual` are by
    job the people who have served its customer.
    """

    weights: Weights = field(default_factory=Weights)
    urgent: Weights = field(default_factory=Weights)
    earnings: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    classes: Mapping[int, str] = field(default_factory=dict)
    usual: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def weights_of(self, job: Job) -> Weights:
        """The weights for one job."""
        return self.urgent if job.priority >= URGENT else self.weights

    def paid(self, job: Job, tech: Tech) -> dict[int, int]:
        """What the job would bring this person, as `rank` reads it."""
        fen = self.earnings.get(job.id, {}).get(self.classes.get(tech.id, ""))
        return {} if fen is None else {tech.id: fen}


@dataclass(frozen=True, slots=True)
class Preferred:
    """The plan after the pass, and of each job it placed the answer of who does it."""

    plan: Plan
    answers: Mapping[int, Candidate]
    moved: int


def prefer(problem: Problem, plan: Plan, wishes: Preferences) -> Preferred:
    """Give each job of the plan to the person near whom the weights prefer; ValueError when the
    judge finds a rule broken afterwards.
    """
    book = reopened(problem, plan)
    near = FEWER if len(problem.jobs) > MANY else NEAREST
    moved = 0
    for page, job in _free_jobs(book):
        moved += _improve(book, page, job, wishes, near)
    answers = {job.id: _answer(book, page, job, wishes) for page, job in _free_jobs(book)}
    routes = tuple(book.routes())
    fixed = {stop.job_id for tech in problem.techs for stop in tech.stops}
    wrong = evaluate(routes, problem.travel, decided=fixed).violations
    if wrong:
        raise ValueError(", ".join(f"{each.code} {each.tech_id} {each.job_id}" for each in wrong))
    kept = {pk: answer for pk, answer in answers.items() if answer is not None}
    return Preferred(replace(plan, routes=routes), kept, moved)


def reopened(problem: Problem, plan: Plan) -> Book:
    """Return the book of a plan, to be changed further."""
    book = Book.open(problem)
    pages = {(page.tech.id, page.day.shift.span): page for page in book.pages}
    for route in plan.routes:
        page = pages.get((route.tech.id, route.shift.span))
        mine = [visit.job.id for visit in route.visits if visit.job.id in book.jobs]
        if page is not None and mine:
            book.fill(page, mine)
    return book


def weighed(book: Book, page: Page, job: Job, wishes: Preferences) -> Candidate:
    """One person's answer to a job as their day is in the book, without the job itself."""
    begun = tuple(stop for stop in page.tech.stops if stop.start <= book.now)
    stops = (*begun, *(stop for stop in page.day.stops if stop.job_id != job.id))
    tech = replace(
        page.tech,
        shifts=(page.day.shift,),
        stops=stops,
        open_jobs=len(stops),
        is_usual=page.tech.id in wishes.usual.get(job.id, frozenset()),
    )
    (answer,) = rank(
        job, [tech], book.now, wishes.weights_of(job), travel=book.travel,
        earnings=wishes.paid(job, tech),
    )  # fmt: skip
    return answer


def near_pages(book: Book, job: Job, most: int, wishes: Preferences) -> Iterator[Page]:
    """The shifts of able people, the nearest first; those who know the customer come before all."""
    known = wishes.usual.get(job.id, frozenset())
    able = (page for page in book.near(job.point) if book.fits(job, page))
    if not known:
        yield from islice(able, most)
        return
    yield from islice(sorted(able, key=lambda page: page.tech.id not in known), most)


def _free_jobs(book: Book) -> Iterator[tuple[Page, Job]]:
    """Every job that is not fixed with the shift it is in, in the order of their ids."""
    found = [(stop.job_id, page) for page, stop in book.placed()]
    for pk, page in sorted(found, key=lambda each: each[0]):
        yield page, book.jobs[pk]


def _improve(book: Book, page: Page, job: Job, wishes: Preferences, near: int) -> bool:
    if all(stop.job_id != job.id for stop in page.day.stops):
        return False
    best_page, best = page, weighed(book, page, job, wishes)
    for other in near_pages(book, job, near, wishes):
        if other is page or other.day.is_full:
            continue
        answer = weighed(book, other, job, wishes)
        if answer.feasible and (not best.feasible or answer.score_fen > best.score_fen):
            best_page, best = other, answer
    if best_page is page or best.timetable is None:
        return False
    page.day = replace(
        page.day, stops=tuple(stop for stop in page.day.stops if stop.job_id != job.id)
    )
    best_page.keep(best.timetable)
    return True


def _answer(book: Book, page: Page, job: Job, wishes: Preferences) -> Candidate | None:
    found = weighed(book, page, job, wishes)
    return found if found.feasible else None
