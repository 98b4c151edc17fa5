"""Finds places for what is left over, also beyond a part's border, and makes room for the urgent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dispatch.engine.batch.book import Book, Page
    from dispatch.engine.facts import Job
    from dispatch.engine.insertion import Place
    from dispatch.engine.schedule import Timetable

    Moves = list[tuple[Page, Timetable]]

NEAREST = 60
"""So many shifts of able people are tried for one job, those nearest first."""
DEPTH = 2
"""So many people's days may change, beside the last one's, so that one job more has a place."""
SWAPS = {2: 40, 1: 10}
"""So many others are looked at for a place elsewhere, at each depth."""


def insert(book: Book, left: Iterable[int]) -> list[Job]:
    """Give jobs the cheapest places there are, the most urgent first; return those without one.

    A job that finds none has the place of another that finds one elsewhere, or else takes that of
    one of lower priority, which then looks for another; none is put out twice, so this ends.
    """
    queue = sorted((book.jobs[pk] for pk in left), key=_urgency)
    put_out: set[int] = set()
    homeless: list[Job] = []
    while queue:
        job = queue.pop(0)
        able = book.able(job, NEAREST)
        found = book.cheapest(job, able)
        if found is not None:
            found[0].keep(found[1].timetable)
            continue
        moves = _chain(book, job, able, DEPTH)
        if moves is not None:
            for page, timetable in moves:
                page.keep(timetable)
            continue
        room = _room(book, job, able, put_out)
        if room is None:
            homeless.append(job)
            continue
        page, place, out = room
        page.keep(place.timetable)
        put_out.add(out)
        queue = sorted([*queue, book.jobs[out]], key=_urgency)
    return homeless


def _urgency(job: Job) -> tuple[int, int, int]:
    """The highest priority first, then the shortest time to begin in."""
    return -job.priority, sum(span.end - span.start for span in job.windows), job.id


def _chain(
    book: Book, job: Job, able: list[Page], depth: int, closed: tuple[Page, ...] = ()
) -> Moves | None:
    """The shifts as they are when the job has the place of another, which has one elsewhere.

    The other may have the place of a third, and so on, `depth` people deep; nobody's day is in it
    twice. Those who may begin at most times are asked first: they find another place most easily.
    """
    tried = 0
    for other, page in _others(book, able):
        if page in closed:
            continue
        place = book.place(job, page, without=other.id)
        if place is None:
            continue
        tried += 1
        if tried > SWAPS[depth]:
            break
        busy = (*closed, page)
        near = [each for each in book.able(other, NEAREST) if each not in busy]
        found = book.cheapest(other, near)
        if found is not None:
            return [(page, place.timetable), (found[0], found[1].timetable)]
        if depth > 1:
            further = _chain(book, other, near, depth - 1, busy)
            if further is not None:
                return [(page, place.timetable), *further]
    return None


def _others(book: Book, able: Iterable[Page]) -> list[tuple[Job, Page]]:
    """What is not fixed in these shifts, what may begin at most times first."""
    found = [
        (other, page)
        for page in able
        for stop in page.day.stops
        if stop.job_id not in page.fixed and (other := book.jobs.get(stop.job_id))
    ]
    return sorted(
        found,
        key=lambda each: (-sum(span.end - span.start for span in each[0].windows), each[0].id),
    )


def _room(
    book: Book, job: Job, able: Iterable[Page], put_out: set[int]
) -> tuple[Page, Place, int] | None:
    """The shift, the place and the job that makes room: the least urgent one, then the least way."""
    best: tuple[tuple[int, int], Page, Place, int] | None = None
    for page in able:
        for stop in page.day.stops:
            other = book.jobs.get(stop.job_id)
            if other is None or stop.job_id in page.fixed or stop.job_id in put_out:
                continue
            if other.priority >= job.priority:
                continue
            if best is not None and other.priority > best[0][0]:
                continue
            place = book.place(job, page, without=stop.job_id)
            if place is None:
                continue
            rank = other.priority, place.added_s
            if best is None or rank < best[0]:
                best = rank, page, place, stop.job_id
    return best[1:] if best else None
