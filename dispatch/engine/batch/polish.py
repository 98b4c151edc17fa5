"""Takes jobs of a small day out and puts them back better: more of them served, then less way.

The solver knows a day only as far as it can be told, and the repair stops at the first place it
finds. In a small team's day a few hundred such turns are cheap and often find the best plan:
ruin and recreate, after Schrimpf and others (2000), with the blinks of Christiaens and Vanden
Berghe (2020).
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dispatch.engine.batch.book import Book, Page
    from dispatch.engine.facts import Job, Stop
    from dispatch.engine.insertion import Day

    Cost = tuple[int, int]

SMALL = 60
"""So many jobs a day may have."""
TURNS = 800
"""So many times jobs are taken out, at least two and at most `MOST` of them."""
MOST = 9
NEAREST = 24
"""So many shifts of able people are tried for each of them."""
BLINK = 0.2
"""How often a shift is overlooked, so that not every turn ends in the same place."""
WARM = 0.1
"""So much more way a turn may cost at first, of the whole, and be kept; nothing at the end."""


def polish(book: Book, homeless: Sequence[Job], *, seed: str) -> list[Job]:
    """Improve a small day; return those still without a place. The same `seed`, the same day.

    What is fixed stays, and a larger day is left as it is.
    """
    left = list(homeless)
    if len(book.jobs) > SMALL or len(book.jobs) < 2:
        return left
    chance = Random(seed)  # noqa: S311  (not a secret)
    cost = _cost(book, left)
    best = cost, _days(book), left
    for turn in range(TURNS):
        before = _days(book)
        remaining = _put_in(book, _order(chance, _take_out(book, chance), left), chance)
        now = _cost(book, remaining)
        warm = now[1] * WARM * (1 - turn / TURNS)
        is_taken = (now[0], now[1] - warm) <= cost and _is_kept(book, before)
        if not is_taken:
            _restore(before)
            continue
        cost, left = now, remaining
        if cost < best[0]:
            best = cost, _days(book), left
    _restore(best[1])
    return best[2]


def _days(book: Book) -> dict[Page, Day]:
    return {page: page.day for page in book.pages}


def _restore(days: dict[Page, Day]) -> None:
    for page, day in days.items():
        page.day = day


def _is_kept(book: Book, before: dict[Page, Day]) -> bool:
    changed = (page for page, day in before.items() if page.day is not day)
    return all(book.is_kept(page) for page in changed)


def _take_out(book: Book, chance: Random) -> list[Job]:
    """Take one job and some of the others out, now those near it and now any."""
    placed = list(book.placed())
    if not placed:
        return []
    number = min(len(placed), chance.randint(2, MOST))
    if chance.random() < 0.5:
        placed = list(_from_near(book, placed, chance.choice(placed)[1]))
    else:
        chance.shuffle(placed)
    for page, stop in placed[:number]:
        page.drop(stop.job_id)
    return [book.jobs[stop.job_id] for _page, stop in placed[:number]]


def _from_near(
    book: Book, placed: list[tuple[Page, Stop]], first: Stop
) -> Iterator[tuple[Page, Stop]]:
    yield from sorted(placed, key=lambda each: book.travel.metres(first.point, each[1].point))


def _order(chance: Random, out: list[Job], left: Iterable[Job]) -> list[Job]:
    """In which order to put back: at random, or the most urgent or the longest first."""
    order = [*out, *left]
    chance.shuffle(order)
    way = chance.randrange(3)
    if way == 1:
        order.sort(key=lambda job: -job.priority)
    elif way == 2:
        order.sort(key=lambda job: sum(span.end - span.start for span in job.windows))
    return order


def _put_in(book: Book, order: Iterable[Job], chance: Random) -> list[Job]:
    """Give each job its cheapest place in turn; return those that find none."""
    homeless = []
    for job in order:
        able = [page for page in book.able(job, NEAREST) if chance.random() >= BLINK]
        found = book.cheapest(job, able)
        if found is None:
            homeless.append(job)
        else:
            found[0].keep(found[1].timetable)
    return homeless


def _cost(book: Book, left: Iterable[Job]) -> Cost:
    """What is not served, by its priority, and then the seconds of way of everybody."""
    return sum(job.priority for job in left), sum(book.way_s(page) for page in book.pages)
