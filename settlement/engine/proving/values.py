"""Values of a fact that tell all tests of it apart: what stands for every case there can be."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from settlement.engine.cells import Compare, Either, Interval, Not, Test
from settlement.engine.facts import EXTRA, fact_kind
from settlement.engine.proving.ground import NOTHING_KNOWN, Ground
from settlement.engine.proving.regions import CHAIN, chains, unlike

OTHER = "…"  # stands for any value no row names
PAIRED_CODES = 40  # with more codes than this, only lists of one code are tried

# Numbers begin at 0 unless they stand here; of the tenant's own facts nothing is known.
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "floor": (None, None),
    "fuel_change_bp": (None, None),
    "quantity": (1, None),
    "month": (1, 12),
    "rating_x10": (0, 50),
    "review_x10": (0, 50),
}


def bounds(fact: str) -> tuple[int | None, int | None]:
    """Return the least and the largest number a fact can be; None: there is none."""
    return (None, None) if fact.startswith(EXTRA) else _BOUNDS.get(fact, (0, None))


def samples(
    fact: str, tests: Iterable[Test], *, unsure: bool = False, ground: Ground = NOTHING_KNOWN
) -> list[Any]:
    """Return values that tell all the tests of a fact apart: named ones, neighbours, others.

    Numbers first, then texts, each rising; lists of codes as texts (one code) or tuples of several.
    `unsure` adds the regions of which it is not known whether one lies in the other. Of places only
    those that `ground` knows, if it knows any.
    """
    tests = list(tests)
    named = {value for test in tests for value in test.literals()}
    kind = fact_kind(fact)
    if kind == "flag" or any(isinstance(value, bool) for value in named):
        return [False, True]
    numbers = _numbers(fact, {value for value in named if isinstance(value, int)})
    texts = {value for value in named if isinstance(value, str)}
    places = ground.codes(fact, texts)
    if places is not None:
        alone = sorted(each for each in places if isinstance(each, str))
        return [*alone, *(each for each in places if isinstance(each, tuple))]
    ordered = {value for test in tests for value in _bounds_in(test) if isinstance(value, str)}
    if kind == "date":
        found = texts | {day for text in texts for day in _days_near(text)}
    else:
        found = texts | {near for text in ordered for near in _texts_near(text)}
        found |= {OTHER} if texts or not numbers else set()
    if fact == CHAIN:  # a job lies in one region and in all that region lies in
        together = chains(texts)
        found -= {codes[-1] for codes in together}  # never without the region around it
        pairs = [two for two in _pairs(texts) if unlike(*two)] if unsure else []
    else:  # but it has any of several marks or certificates
        together, pairs = [], _pairs(texts) if kind == "codes" else []
    return [*numbers, *sorted(found), *together, *pairs] or [OTHER]


def _numbers(fact: str, named: set[int]) -> list[int]:
    least, most = bounds(fact)
    near = {value + step for value in named for step in (-1, 0, 1)}
    inside = [
        value
        for value in sorted(near)
        if (least is None or value >= least) and (most is None or value <= most)
    ]
    return inside or ([least or 0] if named else [])


def _bounds_in(test: Test) -> Iterator[Any]:
    """Yield the literals of a test that it compares with, not those it names."""
    if isinstance(test, Compare | Interval):
        yield from test.literals()
    elif isinstance(test, Not):
        yield from _bounds_in(test.test)
    elif isinstance(test, Either):
        for each in test.tests:
            yield from _bounds_in(each)


def _days_near(text: str) -> Iterator[str]:
    try:
        day = date.fromisoformat(text)
        yield from (str(day - timedelta(days=1)), str(day + timedelta(days=1)))
    except (ValueError, OverflowError):  # 2026-02-30 is compared as the text it is
        yield from _texts_near(text)


def _texts_near(text: str) -> tuple[str, str]:
    """Return a text below and one above, between this one and all others that people write."""
    return f"{text[:-1]}{chr(max(1, ord(text[-1]) - 1))}{OTHER}", text + OTHER


def _pairs(codes: set[str]) -> list[tuple[str, str]]:
    """A list may hold one code and lack another; more than two are not tried."""
    return list(combinations(sorted(codes), 2)) if len(codes) <= PAIRED_CODES else []
