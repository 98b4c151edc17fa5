"""Rosters: drafted by cells, published to the people, followed by dispatch; leave and its answer."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Leave
from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from dispatch.board.lanes import day_lanes
from dispatch.demand.making import make_forecast
from dispatch.forms import BoardFilterForm
from dispatch.models import LeaveRequest, RosterShift
from dispatch.rosters.editing import changes_since, set_cell
from dispatch.rosters.hours import on_call_people, shifts_of
from dispatch.rosters.leave_facts import visits_in
from dispatch.rosters.leaving import ask_for_leave, decide_leave, withdraw_leave
from dispatch.rosters.need import expected_jobs
from dispatch.rosters.patterns import shift_on
from dispatch.rosters.publishing import publish_week
from dispatch.rosters.reading import roster_week
from dispatch.rosters.usual import add_usual_patterns
from dispatch.rosters.weekly import propose_week
from dispatch.rosters.wishing import wish_for
from dispatch.services.assigning import assign
from dispatch.services.candidates import ranked_candidates
from tests.dispatch.town import MONDAY, agree, at_once, make_town, person, waiting
from tests.factories import UserFactory
from workorders.models import StaffNotice, WorkOrder

DAY = MONDAY.date()


@pytest.fixture
def marks(town):
    """The usual shifts by their mark."""
    return {each.mark: each for each in add_usual_patterns(actor=None)}


@pytest.fixture
def boss(town):
    return UserFactory(role=Role.OUTLET_MANAGER, unit=town.suzhou)


def plan(town, installer, day, *patterns, seen=(), actor):
    return set_cell(
        unit=town.suzhou, day=day, installer=installer, actor=actor,
        patterns=[each.pk for each in patterns], seen=[each.pk for each in seen],
    )  # fmt: skip


def publish(town, actor, monday=DAY):
    week = roster_week(town.suzhou, monday)
    return publish_week(unit=town.suzhou, monday=monday, seen_version=week.version, actor=actor)


def hours(installer, *days):
    found = shifts_of([installer], days)[installer.pk]
    return [
        tuple(
            f"{datetime.fromtimestamp(at, clock.CHINA):%d %H}" for at in (s.span.start, s.span.end)
        )
        for s in found
    ]


def test_without_a_roster_the_usual_hours_stay(town):
    assert hours(person(town), DAY) == [("02 08", "02 18")]


def test_a_draft_changes_nothing_and_a_published_week_is_all_that_counts(town, marks, boss):
    installer = person(town)
    plan(town, installer, DAY, marks["晚"], actor=boss)
    assert hours(installer, DAY) == [("02 08", "02 18")]
    publish(town, boss)
    assert hours(installer, DAY) == [("02 12", "02 21")]
    assert hours(installer, DAY + timedelta(days=1)) == []
    assert hours(installer, DAY + timedelta(days=7)) == [("09 08", "09 18")]


def test_a_shift_over_midnight_reaches_into_the_next_day(town, marks, boss):
    installer = person(town)
    plan(town, installer, DAY, marks["夜"], actor=boss)
    publish(town, boss)
    assert hours(installer, DAY) == [("02 22", "03 06")]
    assert hours(installer, DAY + timedelta(days=1)) == [("02 22", "03 06")]
    assert hours(installer, DAY + timedelta(days=2)) == []


def test_the_pause_of_a_shift_is_a_break_of_the_engines(town, marks, boss):
    installer = person(town)
    plan(town, installer, DAY, marks["早"], actor=boss)
    publish(town, boss)
    (shift,) = shifts_of([installer], [DAY])[installer.pk]
    assert [(each.length_s, each.latest - each.earliest) for each in shift.breaks] == [(3600, 3600)]


def test_candidates_follow_the_roster(town, marks, boss):
    early, late = person(town), person(town)
    plan(town, early, DAY, marks["早"], actor=boss)
    plan(town, late, DAY, marks["晚"], actor=boss)
    publish(town, boss)
    order = agree(waiting(town), 19)
    able = [each.installer for each in ranked_candidates(order=order) if each.is_feasible]
    assert able == [late]


def test_being_on_call_is_no_work_but_is_known(town, marks, boss):
    installer = person(town)
    plan(town, installer, DAY, marks["早"], marks["值"], actor=boss)
    publish(town, boss)
    assert hours(installer, DAY) == [("02 08", "02 17")]
    night = MONDAY.replace(hour=23)
    assert list(on_call_people([town.suzhou.pk], night)) == [installer.pk]
    assert on_call_people([town.suzhou.pk], MONDAY) == {}


def test_the_board_says_what_somebody_works(town, marks, boss):
    installer = person(town)
    plan(town, installer, DAY, marks["早"], marks["值"], actor=boss)
    publish(town, boss)
    chosen = BoardFilterForm({}, actor=town.admin).chosen()
    (lane,) = [
        x for x in day_lanes(actor=town.admin, chosen=chosen).lanes if x.installer == installer
    ]
    assert lane.duty == "早班 · 值班"


def test_the_database_refuses_two_shifts_at_once(town, marks, boss):
    installer = person(town)
    week = plan(town, installer, DAY, marks["早"], actor=boss).week
    row = shift_on(marks["晚"], DAY)
    row.week, row.installer = week, installer
    with pytest.raises(IntegrityError, match="no_overlapping_drafts"), transaction.atomic():
        row.save()
    row.published = True
    row.save()


def test_overlapping_shifts_are_refused_with_their_names(town, marks, boss):
    installer = person(town)
    with pytest.raises(Refused, match=r"早班.*全天"):
        plan(town, installer, DAY, marks["早"], marks["全"], actor=boss)
    plan(town, installer, DAY, marks["夜"], actor=boss)
    plan(town, installer, DAY + timedelta(days=1), marks["晚"], actor=boss)
    assert RosterShift.objects.count() == 2


def test_who_changes_what_a_colleague_just_changed_is_shown_it_and_overwrites_nothing(
    town, marks, boss
):
    installer, other = person(town), UserFactory(role=Role.OUTLET_MANAGER, unit=town.suzhou)
    plan(town, installer, DAY, marks["早"], actor=boss)
    late = plan(town, installer, DAY, marks["晚"], actor=other)
    assert late.is_conflict
    assert (late.other, late.now) == (boss.display_name, (marks["早"].pk,))
    assert RosterShift.objects.get().pattern == marks["早"]
    assert not plan(town, installer, DAY, marks["晚"], seen=[marks["早"]], actor=other).is_conflict
    week = roster_week(town.suzhou, DAY)
    assert [(each.before, each.after) for each in changes_since(week, 0)] == [
        ("早", "晚"),
        ("", "早"),
    ]


def test_cells_of_different_people_never_stand_in_each_others_way(town, marks, boss):
    one, two = person(town), person(town)
    plan(town, one, DAY, marks["早"], actor=boss)
    assert plan(town, two, DAY, marks["晚"], actor=boss).changed


def test_publishing_what_has_moved_since_is_refused_with_the_difference(town, marks, boss):
    installer = person(town)
    plan(town, installer, DAY, marks["早"], actor=boss)
    seen = roster_week(town.suzhou, DAY).version
    plan(town, installer, DAY, marks["晚"], seen=[marks["早"]], actor=boss)
    with pytest.raises(Conflict, match="早 → 晚"):
        publish_week(unit=town.suzhou, monday=DAY, seen_version=seen, actor=boss)
    assert not RosterShift.objects.filter(published=True).exists()


def test_publishing_tells_those_whose_week_changed_and_nobody_else(town, marks, boss):
    one, two = person(town), person(town)
    plan(town, one, DAY, marks["早"], actor=boss)
    publish(town, boss)
    plan(town, two, DAY, marks["早"], actor=boss)
    StaffNotice.objects.all().delete()
    publish(town, boss)
    assert [each.user for each in StaffNotice.objects.all()] == [two.user]


def test_more_than_the_normal_week_and_a_public_holiday_are_overtime(town, marks, boss):
    installer = person(town)
    for n in range(6):
        plan(town, installer, DAY + timedelta(days=n), marks["早"], actor=boss)
    rows = RosterShift.objects.order_by("day").values_list("is_overtime", flat=True)
    assert list(rows) == [False] * 5 + [True]
    national_day = date(2026, 10, 1)
    plan(town, installer, national_day, marks["早"], actor=boss)
    assert RosterShift.objects.get(day=national_day).is_overtime


def test_a_proposal_covers_the_need_and_leaves_what_was_planned_by_hand(town, marks, boss):
    team = [person(town) for _ in range(6)]
    for n in range(8):
        order = waiting(town, n + 1)
        WorkOrder.objects.filter(pk=order.pk).update(
            served_by=town.suzhou, completed_at=MONDAY - timedelta(days=7)
        )
    make_forecast(today=DAY)
    assert expected_jobs(town.suzhou, DAY) == 2
    plan(town, team[0], DAY, marks["晚"], actor=boss)
    done = propose_week(unit=town.suzhou, monday=DAY, actor=boss)
    assert done.uncovered == ()
    monday = RosterShift.objects.filter(day=DAY, on_call=False)
    assert [(row.installer, row.pattern) for row in monday] == [(team[0], marks["晚"])]
    again = propose_week(unit=town.suzhou, monday=DAY, actor=boss)
    assert again.shifts == 0


def test_what_a_proposal_cannot_cover_has_its_reason(town, marks, boss):
    away = person(town)
    Leave.objects.create(installer=away, starts_on=DAY, ends_on=DAY + timedelta(days=6))
    done = propose_week(unit=town.suzhou, monday=DAY, actor=boss)
    assert {each.words for each in done.uncovered} == {"1 人请假"}


def test_leave_is_asked_for_shown_with_its_visits_and_takes_effect_when_approved(town, marks, boss):
    installer = person(town)
    day = DAY + timedelta(days=1)
    plan(town, installer, day, marks["早"], actor=boss)
    publish(town, boss)
    order = waiting(town)
    assign(
        order_id=order.pk,
        installer_id=installer.pk,
        actor=boss,
        start_at=MONDAY + timedelta(days=1),
    )
    asked = ask_for_leave(installer=installer, starts_on=day, ends_on=day, reason="家事")
    assert StaffNotice.objects.filter(user=boss, code="leave_asked").count() == 1
    assert [each.order for each in visits_in(asked)] == [order]
    with pytest.raises(Conflict) as moved:
        decide(asked, boss, seen=0)
    assert moved.value.code == "leave.visits"
    decide(asked, boss, seen=1)
    assert hours(installer, day) == []
    assert not RosterShift.objects.filter(installer=installer).exists()
    assert StaffNotice.objects.filter(user=installer.user, code="leave_approved").exists()
    with pytest.raises(Conflict, match=boss.display_name):
        decide(asked, boss, seen=1)


def decide(asked, actor, *, seen, approve=True, answer=""):
    return decide_leave(
        request_id=asked.pk, approve=approve, answer=answer, seen_visits=seen, actor=actor
    )


def test_a_declined_request_needs_a_reason_and_changes_nothing(town, boss):
    installer = person(town)
    asked = ask_for_leave(installer=installer, starts_on=DAY, ends_on=DAY, reason="")
    with pytest.raises(Refused) as refused:
        decide(asked, boss, seen=0, approve=False)
    assert refused.value.code == "leave.answer"
    decide(asked, boss, seen=0, approve=False, answer="双十一")
    assert hours(installer, DAY) == [("02 08", "02 18")]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(1, 0, "leave.order"), (-1, 0, "leave.past"), (0, 60, "leave.long"), (2, 4, "leave.overlap")],
)
def test_leave_that_makes_no_sense_is_refused(town, first, last, code):
    installer = person(town)
    ask_for_leave(
        installer=installer,
        starts_on=DAY + timedelta(days=4),
        ends_on=DAY + timedelta(days=5),
        reason="",
    )
    with pytest.raises(Refused) as refused:
        ask_for_leave(
            installer=installer, starts_on=DAY + timedelta(days=first),
            ends_on=DAY + timedelta(days=last), reason="",
        )  # fmt: skip
    assert refused.value.code == code


def test_a_request_is_taken_back_by_who_asked_alone_and_only_while_it_waits(town, boss):
    installer = person(town)
    asked = ask_for_leave(installer=installer, starts_on=DAY, ends_on=DAY, reason="")
    with pytest.raises(Refused):
        withdraw_leave(request_id=asked.pk, installer=person(town))
    withdraw_leave(request_id=asked.pk, installer=installer)
    withdraw_leave(request_id=asked.pk, installer=installer)
    with pytest.raises(Conflict):
        decide(asked, boss, seen=0)


def test_nobody_is_planned_on_leave(town, marks, boss):
    installer = person(town)
    Leave.objects.create(installer=installer, starts_on=DAY, ends_on=DAY)
    with pytest.raises(Refused) as refused:
        plan(town, installer, DAY, marks["早"], actor=boss)
    assert refused.value.code == "roster.leave"


def test_a_proposal_listens_to_wishes(town, marks, boss):
    one, two = person(town), person(town)
    day = DAY + timedelta(days=1)
    for n in range(4):
        order = waiting(town, n + 1)
        WorkOrder.objects.filter(pk=order.pk).update(
            served_by=town.suzhou, completed_at=MONDAY - timedelta(days=6)
        )
    wish_for(installer=one, day=day, wants="off")
    make_forecast(today=DAY)
    propose_week(unit=town.suzhou, monday=DAY, actor=boss)
    planned = RosterShift.objects.filter(day=day, on_call=False)
    assert [row.installer for row in planned] == [two]


@pytest.mark.commits
def test_of_two_who_answer_at_once_one_decides(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        boss = UserFactory(role=Role.OUTLET_MANAGER, unit=town.suzhou)
        asked = ask_for_leave(installer=person(town), starts_on=DAY, ends_on=DAY, reason="")
    answers = at_once(
        tenant,
        [
            lambda yes=yes: decide(asked, boss, seen=0, approve=yes, answer="x")
            for yes in (True, False)
        ],
    )
    assert sorted(type(each).__name__ for each in answers) == ["Conflict", "LeaveRequest"]
    asked.refresh_from_db()
    assert Leave.objects.count() == (asked.state == LeaveRequest.State.APPROVED)
