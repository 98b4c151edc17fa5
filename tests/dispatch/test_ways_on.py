"""Rules that suggest, that go on after a decline, and that reach people on call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from psycopg.types.range import Range

from common import clock
from common.errors import Conflict
from common.outbox import drain
from dispatch.models import Assignment, AssignmentRun, RosterShift, RosterWeek, ShiftPattern
from dispatch.rosters.rest import monday_of
from dispatch.selectors import candidates
from dispatch.services.assigning import assign, withdraw
from dispatch.ways.running import begin_run, confirm_suggestion, resume_run
from dispatch.ways.steps import Step
from tests.dispatch.test_ways import can_claim, later, led, ruled, said
from tests.dispatch.town import MONDAY, person, waiting
from tests.workorders.walking import step
from workorders.models import StaffNotice

SUGGEST = Step("suggest", "all", minutes=15)
ALL = Step("offer", "all", minutes=15)
NIGHT = MONDAY.replace(hour=22)


def declined(order, reason="太远"):
    order.refresh_from_db()
    step(order, "decline", order.installer.user, reason=reason)
    resume_run(order_id=order.pk)
    order.refresh_from_db()
    return AssignmentRun.objects.get(work_order=order)


def test_a_suggestion_waits_for_a_dispatcher_who_confirms_it(town):
    near = person(town, km=1)
    person(town, km=9)
    ruled(town, SUGGEST)
    order = waiting(town)
    run = led(order)
    assert (order.installer, run.state) == (None, "running")
    assert near.user.display_name in said(order, "auto_suggested")[0]
    made = confirm_suggestion(order_id=order.pk, actor=town.dispatcher)
    assert (made.installer, made.way) == (near, Assignment.Way.SUGGESTED)
    assert made.assigned_by == town.dispatcher
    with pytest.raises(Conflict):
        confirm_suggestion(order_id=order.pk, actor=town.dispatcher)


def test_a_suggestion_nobody_confirms_is_over_and_the_next_step_follows(town):
    near = person(town)
    ruled(town, SUGGEST, Step("assign", "all"))
    order = waiting(town)
    led(order)
    run = later(order, 16)
    assert (order.installer, run.state) == (near, "given")


def test_where_who_got_it_declines_the_rule_goes_on_without_them(town):
    near, far = person(town, km=1), person(town, km=9)
    ruled(town)
    order = waiting(town)
    led(order)
    assert order.installer == near
    run = declined(order)
    assert (order.installer, run.state) == (far, "given")
    assert any(row["code"] == "declined" for row in run.tries)
    run = declined(order)
    assert (order.installer, run.state) == (None, "left")


def test_after_three_declines_a_dispatcher_decides(town):
    for km in range(1, 6):
        person(town, km=km)
    ruled(town)
    order = waiting(town)
    led(order)
    states = [declined(order).state for _n in range(3)]
    assert states == ["given", "given", "left"]
    assert order.installer is None


def test_what_a_dispatcher_gave_by_hand_and_lost_no_rule_goes_on_with(town):
    near, far = person(town, km=1), person(town, km=9)
    ruled(town, ALL)
    order = waiting(town)
    led(order)
    assign(order_id=order.pk, installer_id=far.pk, actor=town.dispatcher)
    drain()
    assert declined(order).state == "given"
    assert order.installer is None
    assert near.work_orders.count() == 0


def test_a_dispatcher_who_takes_it_back_is_not_overruled(town):
    person(town, km=1), person(town, km=9)
    ruled(town)
    order = waiting(town)
    led(order)
    withdraw(order_id=order.pk, actor=town.dispatcher, reason="客户改期")
    assert resume_run(order_id=order.pk) is None
    order.refresh_from_db()
    assert order.installer is None


def on_call(installer, begins, hours):
    monday = monday_of(clock.business_day(begins))
    week, _made = RosterWeek.objects.get_or_create(
        unit=installer.outlet, monday=monday, defaults={"version": 1, "published_version": 1}
    )
    pattern, _made = ShiftPattern.objects.get_or_create(
        name="值班", mark="值", on_call=True, starts=begins.time(), ends=begins.time()
    )
    RosterShift.objects.create(
        week=week,
        installer=installer,
        day=clock.business_day(begins),
        span=Range(begins, begins + timedelta(hours=hours)),
        pattern=pattern,
        on_call=True,
        published=True,
    )


def urgent(town, number=1):
    order = waiting(town, number)
    order.urgent = True
    order.save()
    return order


def test_an_urgent_order_at_night_goes_to_who_is_on_call_first_and_then_to_everybody(town):
    ready, other = person(town, km=9), person(town, km=1)
    with clock.moved_to(NIGHT):
        on_call(ready, NIGHT - timedelta(hours=2), 10)
        ruled(
            town, Step("offer", "on_call", minutes=10), ALL,
            urgency="urgent", hours="outside", applies_from=NIGHT,
        )  # fmt: skip
        order = urgent(town)
        begin_run(order_id=order.pk)
    assert can_claim(ready, NIGHT) == [order]
    assert can_claim(other, NIGHT) == []
    told = StaffNotice.objects.get(user=ready.user, code="on_call_offer")
    assert told.page == "/m/pool/"
    with clock.moved_to(NIGHT + timedelta(minutes=11)):
        later_run = later(order, 13 * 60 + 11)
    assert later_run.position == 1


def possible(order):
    return [each.start_at for each in candidates(order=order) if each.is_feasible]


def test_who_is_on_call_is_there_for_urgent_orders_and_for_no_others(town):
    ready = person(town)
    with clock.moved_to(NIGHT):
        on_call(ready, NIGHT - timedelta(hours=2), 10)
        plain, pressing = waiting(town, 1), urgent(town, 2)
        assert possible(plain) == []
        assert [clock.china(at).hour for at in possible(pressing)] == [22]


def test_a_rule_for_the_night_does_not_take_up_orders_of_the_day(town):
    person(town)
    ruled(town, hours="outside")
    assert led(waiting(town)) is None


def test_when_nobody_takes_an_urgent_order_the_desk_is_told(town):
    ruled(town)
    order = urgent(town)
    run = led(order)
    assert run.state == "left"
    assert StaffNotice.objects.filter(work_order=order, code="urgent_left").exists()
