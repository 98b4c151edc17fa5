"""Ranking people for one job: hard rules, the place in the day, the score and its reasons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.engine.check import Route, Visit, evaluate
from dispatch.engine.explain import PARTS, WHY, WHY_NOT, sentence
from dispatch.engine.facts import Break, Job, Shift, Span, Stop, Tech, Weights
from dispatch.engine.insertion import cheapest, days_of
from dispatch.engine.online import rank
from dispatch.engine.travel import Travel

HOUR = 3600
DAY = 1_750_000_000 // 86_400 * 86_400
HANGZHOU = (120.1551, 30.2741)


def at(hour):
    return DAY + int(hour * HOUR)


def east(km):
    return (HANGZHOU[0] + km / 96.1, HANGZHOU[1])


def job(**changes):
    base = {
        "id": 1,
        "point": HANGZHOU,
        "windows": (Span(at(9), at(17)),),
        "service_s": HOUR,
        "skills": {"AC": 2},
        "certificates": frozenset({"CERT-HIGH"}),
        "region": "330100",
    }
    return Job(**(base | changes))


def tech(number=1, **changes):
    base = {
        "id": number,
        "home": HANGZHOU,
        "skills": {"AC": 3},
        "certificates": {"CERT-HIGH": at(24 * 90)},
        "shifts": (Shift(Span(at(8), at(18))),),
    }
    return Tech(**(base | changes))


def only(the_job, the_tech, now=None, **more):
    return rank(the_job, [the_tech], at(7) if now is None else now, **more)[0]


def stop(number, start, end, point=HANGZHOU, windows=()):
    return Stop(number, point, at(start), at(end), windows)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"skills": {}}, "skill"),
        ({"skills": {"TV": 4}}, "skill"),
        ({"skills": {"AC": 1}}, "grade"),
        ({"skills": {"AC": 2}}, None),
        ({"certificates": {}}, "certificate_missing"),
        ({"certificates": {"CERT-HIGH": at(-1)}}, "certificate_expired"),
        ({"certificates": {"CERT-HIGH": at(9.5)}}, "certificate_expired"),
        ({"certificates": {"CERT-HIGH": at(10)}}, None),
        ({"certificates": {"CERT-HIGH": None}}, None),
        ({"regions": frozenset({"310100"})}, "region"),
        ({"regions": frozenset({"310100"}), "crosses_regions": True}, None),
        ({"home": east(40), "radius_m": 30_000}, "radius"),
        ({"home": east(20), "radius_m": 30_000}, None),
        ({"shifts": ()}, "no_shift"),
        ({"shifts": (Shift(Span(at(18), at(20))),)}, "no_shift"),
        ({"stops": (stop(9, 8, 17.5),)}, "window"),
        ({"stops": (stop(9, 8, 9),), "shifts": (Shift(Span(at(8), at(18)), max_jobs=1),)}, "cap"),
        ({"skills": {}, "certificates": {}, "shifts": ()}, "skill"),
        ({"certificates": {}, "shifts": ()}, "certificate_missing"),
    ],
)
def test_the_first_hard_rule_that_fails_is_named(changes, code):
    found = only(job(), tech(**changes))
    assert found.hard_fail == code
    assert found.feasible == (code is None)
    assert found.parts is None if code else found.parts is not None
    if code:
        assert found.reasons[0].code == code


@pytest.mark.parametrize(
    ("stops", "after", "start"),
    [
        ((), None, 9),
        ((stop(7, 8, 9),), 7, 9),
        ((stop(7, 9, 10), stop(8, 11, 12)), 7, 10),
        ((stop(7, 9, 10), stop(8, 10, 12)), 8, 12),
        ((stop(7, 8, 17),), None, None),
    ],
)
def test_a_job_goes_into_the_first_gap_that_costs_no_detour(stops, after, start):
    found = only(job(), tech(stops=stops))
    assert (found.insert_after, found.start_at) == (after, None if start is None else at(start))


def test_a_stop_with_a_window_makes_room_and_a_promised_one_does_not():
    movable = stop(7, 9, 10, windows=(Span(at(9), at(12)),))
    wanted = job(windows=(Span(at(9), at(9) + 60),))
    found = only(wanted, tech(stops=(movable,)))
    assert found.start_at == at(9)
    assert [timed.start for timed in found.timetable.stops] == [at(9), at(10)]
    assert only(wanted, tech(stops=(stop(7, 9, 10),))).hard_fail == "window"


def test_a_gap_next_door_is_better_than_an_earlier_one_far_away():
    far, near = east(25), east(1)
    stops = (stop(7, 9, 10, far), stop(8, 12, 13, near))
    found = only(job(windows=(Span(at(8), at(18)),)), tech(home=far, stops=stops))
    assert found.insert_after in (7, 8)
    assert found.added_travel_s < 2 * Travel().seconds(HANGZHOU, far)


@pytest.mark.parametrize(
    ("window", "start"),
    [((11.5, 14), 11.5), ((12, 14), 12.25), ((11.75, 12.25), None)],
)
def test_lunch_is_kept(window, start):
    lunch = Break(at(11.75), at(12.25), HOUR // 2)
    person = tech(shifts=(Shift(Span(at(8), at(18)), (lunch,)),))
    wanted = job(windows=(Span(at(window[0]), at(window[1])),), service_s=HOUR // 2)
    if window == (11.75, 12.25):
        wanted = job(windows=(Span(at(11.75), at(11.75) + 1),), service_s=HOUR)
    found = only(wanted, person)
    assert found.start_at == (None if start is None else at(start))


def test_a_job_that_has_begun_is_never_moved():
    person = tech(stops=(stop(7, 9, 12),), here=east(10))
    found = only(job(), person, now=at(10))
    assert found.insert_after == 7
    assert found.start_at >= at(12)
    assert found.travel_m == 0


def test_a_running_shift_starts_where_the_person_is_now():
    found = only(job(), tech(home=east(30), here=east(1)), now=at(9))
    assert found.travel_m < 2_000
    assert found.eta > at(9)


def test_the_next_shift_is_used_when_today_is_full():
    shifts = (Shift(Span(at(8), at(18)), max_jobs=0), Shift(Span(at(32), at(42))))
    found = only(job(windows=(Span(at(9), at(40)),)), tech(shifts=shifts))
    assert found.start_at == at(32)


def test_who_can_stands_before_who_cannot_and_the_nearer_before_the_farther():
    people = [
        tech(1, home=east(20)),
        tech(2, skills={}),
        tech(3, home=east(2)),
        tech(4, home=east(2), skills={"AC": 2}),
    ]
    assert [found.tech_id for found in rank(job(), people, at(7))] == [4, 3, 1, 2]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"rating_x10": 49}, {"rating_x10": 41}),
        ({"open_jobs": 0}, {"open_jobs": 3}),
        ({"is_usual": True}, {}),
        ({"own_fen": 2_000, "median_fen": 5_000}, {"own_fen": 9_000, "median_fen": 5_000}),
        ({"skills": {"AC": 2}}, {"skills": {"AC": 4}}),
    ],
)
def test_one_part_decides_when_all_else_is_equal(better, worse):
    assert [
        found.tech_id for found in rank(job(), [tech(1, **worse), tech(2, **better)], at(7))
    ] == [
        2,
        1,
    ]


def test_the_estimated_earning_is_shown_and_an_unknown_one_is_not_zero():
    known = only(job(), tech(), earnings={1: 12_050})
    assert (known.earning_fen, known.parts["earning"]) == (12_050, -1_205)
    assert "earning" in {reason.code for reason in known.reasons}
    unknown = only(job(), tech())
    assert unknown.earning_fen is None
    assert "earning" not in {reason.code for reason in unknown.reasons}


@settings(deadline=None)
@given(own=st.integers(0, 100_000), median=st.integers(0, 100_000))
def test_fairness_is_bounded(own, median):
    part = only(job(), tech(own_fen=own, median_fen=median)).parts["fairness"]
    assert abs(part) <= Weights().fairness_max_fen


POINTS = st.tuples(st.floats(119.9, 120.5), st.floats(30.0, 30.5))
STOPS = st.lists(
    st.tuples(st.integers(8, 16), st.sampled_from([0.5, 1, 1.5]), POINTS, st.booleans()), max_size=4
)


@settings(deadline=None)
@given(
    home=POINTS,
    site=POINTS,
    planned=STOPS,
    window=st.tuples(st.integers(7, 16), st.integers(1, 6)),
    lunch=st.booleans(),
)
def test_every_place_found_is_clean_before_the_judge(home, site, planned, window, lunch):
    breaks = (Break(at(11.5), at(13), HOUR * 3 // 4),) if lunch else ()
    stops = tuple(
        stop(10 + n, hour, hour + hours, point, (Span(at(8), at(17)),) if loose else ())
        for n, (hour, hours, point, loose) in enumerate(planned)
    )
    person = tech(home=home, stops=stops, shifts=(Shift(Span(at(8), at(18)), breaks),))
    wanted = job(point=site, windows=(Span(at(window[0]), at(sum(window))),))
    found = only(wanted, person)
    if not found.feasible:
        assert found.hard_fail in WHY_NOT
        return
    assert sum(found.parts.values()) == found.score_fen
    assert set(found.parts) == set(PARTS)
    visits = tuple(
        Visit(
            wanted
            if timed.stop.job_id == wanted.id
            else Job(
                timed.stop.job_id, timed.stop.point, timed.stop.may_begin, timed.stop.service_s
            ),
            timed.start,
            timed.end,
        )
        for timed in found.timetable.stops
    )
    route = Route(person, person.shifts[0], visits, found.timetable.pauses)
    assert evaluate([route]).violations == ()
    assert len(visits) == len(stops) + 1


class Grid(Travel):
    """A town of one street: every step takes a quarter of an hour."""

    def metres(self, a, b):
        return round(abs(a[0] - b[0])) * 1000

    def seconds(self, a, b):
        return round(abs(a[0] - b[0])) * 900


QUARTERS = range(12)


def judged_anywhere(wanted, person, stops):
    """Whether any order and any starts on the quarter hours satisfy the judge."""
    shift = person.shifts[0]
    pauses = QUARTERS if shift.breaks else [None]
    other = [Job(each.job_id, each.point, each.may_begin, each.service_s) for each in stops]
    orders = [[wanted], []] if not other else [[wanted, other[0]], [other[0], wanted]]
    for order in filter(None, orders):
        for pause in pauses:
            rest = () if pause is None else (Span(at(8) + 900 * pause, at(8) + 900 * (pause + 2)),)
            for first in QUARTERS:
                for second in QUARTERS if len(order) > 1 else [None]:
                    starts = [first, second]
                    visits = tuple(
                        Visit(each, at(8) + 900 * start, at(8) + 900 * start + each.service_s)
                        for each, start in zip(order, starts, strict=False)
                    )
                    if not evaluate([Route(person, shift, visits, rest)], Grid()).violations:
                        return True
    return False


@settings(deadline=None)
@given(
    home=st.integers(0, 3),
    site=st.integers(0, 3),
    length=st.integers(1, 4),
    window=st.tuples(st.integers(0, 8), st.integers(1, 6)),
    planned=st.none()
    | st.tuples(st.integers(0, 8), st.integers(1, 4), st.integers(0, 3), st.booleans()),
    lunch=st.none() | st.tuples(st.integers(0, 6), st.integers(0, 4)),
)
def test_a_place_is_found_exactly_when_the_judge_knows_one(
    home, site, length, window, planned, lunch
):
    def quarter(number):
        return at(8) + 900 * number

    stops = ()
    if planned:
        begin, quarters, where, loose = planned
        windows = (Span(quarter(0), quarter(9)),) if loose else ()
        stops = (Stop(7, (where, 0.0), quarter(begin), quarter(begin + quarters), windows),)
    breaks = (Break(quarter(lunch[0]), quarter(sum(lunch)), 1800),) if lunch else ()
    shift = Shift(Span(quarter(0), quarter(12)), breaks)
    person = tech(home=(home, 0.0), shifts=(shift,), stops=stops)
    wanted = job(
        point=(site, 0.0),
        windows=(Span(quarter(window[0]), quarter(sum(window))),),
        service_s=900 * length,
    )
    found = cheapest(wanted, days_of(person, at(7))[0], Grid(), wanted.windows)
    assert (found is not None) == judged_anywhere(wanted, person, stops)


def test_every_reason_has_a_sentence_with_its_numbers():
    people = [
        tech(
            1,
            home=east(5),
            rating_x10=47,
            is_usual=True,
            regions=frozenset({"1"}),
            crosses_regions=True,
        ),
        tech(2, skills={}),
        tech(3, skills={"AC": 1}),
        tech(4, certificates={}),
        tech(5, certificates={"CERT-HIGH": at(0)}),
        tech(6, regions=frozenset({"1"})),
        tech(7, home=east(80), radius_m=10_000),
        tech(8, shifts=()),
        tech(9, stops=(stop(7, 8, 18),)),
        tech(10, shifts=(Shift(Span(at(8), at(18)), max_jobs=0),)),
    ]
    found = rank(job(), people, at(7), earnings={1: 1_234_50})
    spoken = {reason.code: sentence(reason, str) for each in found for reason in each.reasons}
    assert set(spoken) == set(WHY) | set(WHY_NOT)
    assert spoken["earning"] == "Estimated earning ¥1,234.50"
    assert spoken["rating"] == "Rated 4.7 of 5"
    assert spoken["grade"] == "Grade 1 in AC, needed is 2"
    assert spoken["free_slot"] == "Free from 16:00 to 02:00"
    assert "6.5 km away" in spoken["distance"]
