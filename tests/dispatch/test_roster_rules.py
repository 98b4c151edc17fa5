"""The rules of rest, and proposals drawn at random that must keep every one of them."""

import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from common import clock
from dispatch.rosters.proposing import Kind, Need, Person, propose
from dispatch.rosters.rest import Limits, Worked, faults, monday_of

MONDAY = date(2026, 11, 2)
EARLY = Kind(1, time(8), time(17), 480)
LATE = Kind(2, time(12), time(21), 480, is_late=True)
NIGHT = Kind(3, time(22), time(6), 480, is_late=True)
ON_CALL = Kind(4, time(21), time(7), 0, on_call=True)
LIMITS = Limits()


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def on(n: int, kind: Kind = EARLY) -> Worked:
    return kind.on(day(n), clock.CHINA)


def codes(*worked: Worked, limits: Limits = LIMITS) -> list[tuple[str, int]]:
    return [(each.code, (each.day - MONDAY).days) for each in faults(worked, limits)]


def test_eleven_hours_between_shifts_are_rest_enough_and_a_minute_less_is_not():
    evening = Worked(day(0), at(0, 12), at(0, 21), 480)
    assert codes(evening, Worked(day(1), at(1, 8), at(1, 17), 480)) == []
    assert codes(evening, Worked(day(1), at(1, 7, 59), at(1, 17), 480)) == [("rest", 1)]


def test_the_rest_after_a_night_counts_from_the_morning_it_ends_on():
    assert codes(on(0, NIGHT), on(1, EARLY)) == [("rest", 1)]
    assert codes(on(0, NIGHT), on(1, NIGHT)) == []


def test_the_seventh_day_in_a_row_is_one_too_many_also_over_the_end_of_a_week():
    short = [Worked(day(n), at(n, 8), at(n, 12), 240) for n in range(3, 10)]
    assert codes(*short) == [("row", 9)]
    assert codes(*short[:6]) == []
    assert codes(*short[:3], *short[4:]) == []


def test_the_shift_that_makes_a_week_too_long_breaks_the_rule_and_the_next_week_begins_anew():
    six = [on(n) for n in range(6)]
    assert codes(*six) == []
    assert ("week", 6) in codes(*six, Worked(day(6), at(6, 8), at(6, 9), 60))
    assert codes(*(on(n) for n in (3, 4, 5)), *(on(n) for n in (7, 8, 9))) == []


def test_shifts_that_overlap_are_named_and_a_divided_shift_is_one_day_of_work():
    assert codes(on(0), on(0, LATE)) == [("overlap", 0)]
    divided = Worked(day(0), at(0, 18), at(0, 20), 120)
    assert codes(on(0), divided) == []


def at(n: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day(n), time(hour, minute), clock.CHINA)


def drawn(seed: int) -> tuple[list[Person], list[Need], Limits]:
    """A team with a past, leave and wishes, and a week whose need it may be unable to cover."""
    draw = random.Random(seed)
    limits = Limits(
        draw.choice((600, 660, 720)), draw.randint(3, 6), draw.choice((1920, 2400, 2880))
    )
    people = []
    for n in range(draw.randint(1, 14)):
        past = [
            on(-d, draw.choice((EARLY, LATE, NIGHT))) for d in range(1, 8) if draw.random() < 0.5
        ]
        while faults(past, limits):
            past.pop(draw.randrange(len(past)))
        by_hand = [on(draw.randrange(7))] if draw.random() < 0.2 else []
        people.append(
            Person(
                n + 1,
                worked=tuple(past + ([] if faults(past + by_hand, limits) else by_hand)),
                away=frozenset(day(d) for d in range(7) if draw.random() < 0.12),
                wishes={day(d): draw.choice(("off", "early", "late")) for d in range(7) if draw.random() < 0.1},
                burden={"late": draw.randint(0, 4), "on_call": draw.randint(0, 3)},
            )
        )  # fmt: skip
    needs = [
        Need(day(d), kind, draw.randint(1, 5))
        for d in range(7)
        for kind in (EARLY, LATE, NIGHT, ON_CALL)
        if draw.random() < 0.6
    ]
    return people, needs, limits


@pytest.mark.parametrize("seed", range(60))
def test_a_proposal_breaks_no_rule_of_rest_moves_nobody_and_accounts_for_every_need(seed):
    people, needs, limits = drawn(seed)
    found = propose(people, needs, limits, clock.CHINA)
    for person in people:
        mine = [each for each in found.placed if each.person == person.id]
        work = [each.kind.on(each.day, clock.CHINA) for each in mine if not each.kind.on_call]
        assert faults([*person.worked, *work], limits) == []
        assert not {each.day for each in mine} & person.away
        every = [*person.worked, *(each.kind.on(each.day, clock.CHINA) for each in mine)]
        every.sort(key=lambda each: each.begins)
        assert all(a.ends <= b.begins for a, b in pairwise(every))
    for need in needs:
        placed = [p for p in found.placed if (p.day, p.kind) == (need.day, need.kind)]
        missing = [m for m in found.missing if (m.day, m.kind) == (need.day, need.kind)]
        assert len(placed) + sum(each.people for each in missing) == need.people
        assert len({each.person for each in placed}) == len(placed)
        for each in missing:
            assert sum(n for _code, n in each.reasons) == len(people)
            assert all(code for code, _n in each.reasons)
    assert propose(list(reversed(people)), needs, limits, clock.CHINA) == found


def test_late_shifts_weekends_and_standing_by_are_shared_out():
    people = [Person(n) for n in range(1, 9)]
    needs = [
        Need(day(d), kind, n) for d in range(7) for kind, n in ((EARLY, 3), (LATE, 2), (ON_CALL, 1))
    ]
    found = propose(people, needs, LIMITS, clock.CHINA)
    assert found.missing == ()
    for fits in (
        lambda each: each.kind == LATE,
        lambda each: each.kind == ON_CALL,
        lambda each: each.day.weekday() >= 5 and not each.kind.on_call,
    ):
        counted = Counter(each.person for each in found.placed if fits(each))
        spread = [counted[person.id] for person in people]
        assert max(spread) - min(spread) <= 1


def test_who_stood_in_late_before_is_spared_and_wishes_decide_between_equals():
    tired, fresh = Person(1, burden={"late": 3}), Person(2)
    one_late = [Need(day(0), LATE, 1)]
    assert propose([tired, fresh], one_late, LIMITS, clock.CHINA).placed[0].person == 2
    off = Person(1, wishes={day(0): "off"})
    assert propose([off, fresh], one_late, LIMITS, clock.CHINA).placed[0].person == 2
    likes = Person(3, wishes={day(0): "late"}, burden={"late": 9})
    assert propose([fresh, likes], one_late, LIMITS, clock.CHINA).placed[0].person == 3


def test_a_wish_gives_way_to_a_need_that_nobody_else_covers():
    found = propose(
        [Person(1, wishes={day(0): "off"})], [Need(day(0), EARLY, 1)], LIMITS, clock.CHINA
    )
    assert [each.person for each in found.placed] == [1]


def test_the_reasons_say_how_many_people_each_rule_kept_away():
    people = [
        Person(1, away=frozenset({day(0)})),
        Person(2, worked=(on(-1, NIGHT),)),
        Person(3, worked=tuple(on(-n) for n in range(1, 7))),
    ]
    (missing,) = propose(people, [Need(day(0), EARLY, 1)], LIMITS, clock.CHINA).missing
    assert dict(missing.reasons) == {"leave": 1, "rest": 1, "row": 1}


def test_a_week_begins_on_its_monday():
    assert {monday_of(day(n)) for n in range(7)} == {MONDAY}
