"""Plans a day: split, solved, repaired, polished and judged; without the solver it is planned greedily."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from dispatch.engine.batch import repair, solver
from dispatch.engine.batch.book import Book, Page
from dispatch.engine.batch.polish import polish
from dispatch.engine.batch.problem import Plan, Problem, Unassigned
from dispatch.engine.batch.splitting import Part, parts
from dispatch.engine.check import Violation, evaluate
from dispatch.engine.online import rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dispatch.engine.facts import Job, Tech

VROOM, GREEDY = "vroom", "greedy"


class BrokenPlanError(Exception):
    """The judge found a rule broken; the plan must not be shown."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(", ".join(f"{one.code} {one.tech_id} {one.job_id}" for one in violations))
        self.violations = tuple(violations)


def plan(
    problem: Problem,
    *,
    limit_s: float = 20,
    processes: int = 2,
    command: Sequence[str] = solver.CHILD,
) -> Plan:
    """Return a plan of all jobs: parts are solved beside each other, `limit_s` seconds each.

    Started and promised jobs stay as they are. Every job has a place or a reason. Raises BrokenPlanError
    instead of returning a plan in which a rule is broken.
    """
    book = Book.open(problem)
    found = parts(problem.jobs, problem.techs, problem.travel)
    shifts = [_shifts(book, part) for part in found]

    def ask(part: Part, pages: list[Page]) -> solver.Sequences | None:
        if not pages:
            return []
        return solver.solve(book, part, pages, limit_s=limit_s, threads=1, command=command)

    with ThreadPoolExecutor(processes) as pool:
        answers = list(pool.map(ask, found, shifts))
    left = {job.id for job in problem.jobs}
    for pages, answer in zip(shifts, answers, strict=True):
        for page, mine in zip(pages, answer or (), strict=False):
            left -= set(mine) - set(book.fill(page, mine))
    solved = tuple(GREEDY if answer is None else VROOM for answer in answers)
    homeless = polish(book, repair.insert(book, left), seed=problem.digest)
    return _finished(book, problem, homeless, solved)


def replan(problem: Problem) -> Plan:
    """Return the plan in which everything keeps its person and new jobs find a place.

    `problem.jobs` are the new ones; what is planned already stands in the stops of its people.
    """
    book = Book.open(problem)
    homeless = repair.insert(book, [job.id for job in problem.jobs])
    return _finished(book, problem, homeless, ())


def _shifts(book: Book, part: Part) -> list[Page]:
    members = {tech.id for tech in part.techs}
    return [page for page in book.pages if page.tech.id in members]


def _finished(
    book: Book, problem: Problem, homeless: Iterable[Job], solved: tuple[str, ...]
) -> Plan:
    routes = tuple(book.routes())
    decided = {stop.job_id for tech in problem.techs for stop in tech.stops}
    wrong = evaluate(routes, problem.travel, decided=decided).violations
    if wrong:
        raise BrokenPlanError(wrong)
    there = {tech.id: tech for tech in book.techs()}
    # Whose shifts are over has no page; the reason is theirs all the same.
    people = tuple(there.get(tech.id, tech) for tech in problem.techs)
    unassigned = tuple(_reasons(book, people, job) for job in homeless)
    # Who is late already stays so: their day is shown as it stands, and is not this plan's fault.
    return Plan((*routes, *book.late_routes()), unassigned, solved, problem.digest)


def _reasons(book: Book, people: Sequence[Tech], job: Job) -> Unassigned:
    ranked = rank(job, people, book.now, travel=book.travel)
    failed = Counter(each.hard_fail or "displaced" for each in ranked)
    return Unassigned(job, dict(failed.most_common()))
