"""The calendar customers and shops book from, and the limits of outlets."""

from copy import deepcopy
from datetime import timedelta

import pytest

from common import clock
from common.errors import Conflict, Gone, Refused
from dispatch.appointments.booking import book_held, cancel_appointment, hold_slot, let_go
from dispatch.appointments.open_slots import open_days
from dispatch.appointments.shapes import slot_named
from dispatch.models import CapacityLimit, SlotHold
from dispatch.services.assigning import assign
from tests.dispatch.town import MONDAY, agree, at_once, make_town, person, waiting
from tests.workorders.own_flows import publish
from tests.workorders.walking import step
from workorders.flow_versions import presets

DAY = MONDAY.date()
TUESDAY = DAY + timedelta(days=1)


def slot(hour, day=TUESDAY):
    return slot_named(f"{day}T{hour:02d}")


def open_hours(order, day=TUESDAY):
    (found,) = open_days(order, [day])
    return [clock.china(each.starts_at).hour for each in found.slots if each.is_open]


def hold(order, hour=10, actor=None):
    return hold_slot(order_id=order.pk, slot=slot(hour), actor=actor)


def limit(town, most, **more):
    return CapacityLimit.objects.create(
        unit=town.suzhou, most=most, **({"part": "am", "order_type": ""} | more)
    )


def test_times_are_open_where_somebody_with_the_skill_is_there(town):
    order = waiting(town)
    assert open_hours(order) == []
    person(town, rank=1)
    assert open_hours(order) == []
    person(town)
    assert open_hours(order) == [8, 10, 12, 14, 16]
    assert open_hours(order, DAY) == [12, 14, 16]


def test_nobody_beyond_the_travel_radius_opens_a_time(town):
    person(town, km=60, radius_m=20_000)
    assert open_hours(waiting(town)) == []


def test_a_held_time_is_taken_for_others_until_it_expires(town):
    person(town)
    first, second = waiting(town, 1), waiting(town, 2)
    hold(first)
    assert 10 not in open_hours(second)
    assert 10 in open_hours(first)
    with pytest.raises(Conflict) as refused:
        hold(second)
    assert refused.value.code == "slot.full"
    with clock.moved_to(MONDAY + timedelta(minutes=11)):
        assert 10 in open_hours(second)
        with pytest.raises(Gone):
            book_held(order_id=first.pk, actor=None)


def test_booking_agrees_the_window_and_a_second_time_is_the_same(town):
    person(town)
    order, other = waiting(town, 1), waiting(town, 2)
    hold(order)
    assert book_held(order_id=order.pk, actor=None) == book_held(order_id=order.pk, actor=None)
    order.refresh_from_db()
    assert clock.china(order.window_starts_at).hour == 10
    assert order.appointments.count() == 1
    assert 10 not in open_hours(other)


def test_a_moved_appointment_gives_its_time_back_and_a_cancelled_one_too(town):
    person(town)
    order, other = waiting(town, 1), waiting(town, 2)
    for hour in (10, 14):
        hold(order, hour)
        book_held(order_id=order.pk, actor=None)
    assert 10 in open_hours(other)
    assert 14 not in open_hours(other)
    cancel_appointment(order_id=order.pk, actor=None)
    cancel_appointment(order_id=order.pk, actor=None)
    order.refresh_from_db()
    assert order.window_starts_at is None
    assert 14 in open_hours(other)
    assert not SlotHold.objects.filter(state="booked").exists()


def test_a_time_that_is_let_go_is_free_again(town):
    person(town)
    order, other = waiting(town, 1), waiting(town, 2)
    hold(order)
    let_go(order_id=order.pk)
    assert 10 in open_hours(other)


@pytest.mark.parametrize("key", ["", "2026-11-03", "2026-11-03T09", "x"])
def test_what_is_no_time_of_the_calendar_is_refused(key):
    with pytest.raises(Refused):
        slot_named(key)


def test_a_time_too_soon_or_too_far_away_is_refused(town):
    person(town)
    order = waiting(town)
    for when in (slot(10, DAY), slot(10, DAY + timedelta(days=14))):
        with pytest.raises(Refused) as refused:
            hold_slot(order_id=order.pk, slot=when, actor=None)
        assert refused.value.code == "slot.day"


def test_within_two_hours_the_customer_calls_and_the_desk_still_may(town):
    person(town)
    order = agree(waiting(town), 10)
    with pytest.raises(Refused) as refused:
        cancel_appointment(order_id=order.pk, actor=None)
    assert refused.value.code == "slot.late"
    cancel_appointment(order_id=order.pk, actor=town.dispatcher)


def test_a_limit_closes_times_and_its_reserve_is_for_urgent_orders(town):
    for _ in range(3):
        person(town)
    limit(town, 2, reserve=1)
    first, second, urgent = (waiting(town, n) for n in (1, 2, 3))
    hold(first)
    book_held(order_id=first.pk, actor=None)
    assert open_hours(second) == [12, 14, 16]
    urgent.urgent = True
    urgent.save()
    assert open_hours(urgent) == [8, 10, 12, 14, 16]


def test_a_limit_for_another_kind_of_job_closes_nothing(town):
    person(town)
    limit(town, 0, order_type="survey")
    assert 8 in open_hours(waiting(town))
    limit(town, 0, order_type="installation", part="day")
    assert open_hours(waiting(town, 2)) == []


def test_a_dispatcher_goes_beyond_a_limit_only_with_a_reason(town):
    installer = person(town)
    limit(town, 0)
    order = agree(waiting(town), 10)
    ids = {"order_id": order.pk, "installer_id": installer.pk, "actor": town.dispatcher}
    with pytest.raises(Refused) as refused:
        assign(**ids)
    assert refused.value.code == "capacity.full"
    assert assign(**ids, over_reason="老客户").installer == installer


@pytest.mark.commits
def test_of_twelve_who_want_the_last_time_exactly_one_holds_it(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        person(town)
        orders = [waiting(town, n) for n in range(12)]
    answers = at_once(tenant, [lambda each=each: hold(each) for each in orders])
    held = [each for each in answers if isinstance(each, SlotHold)]
    assert len(held) == 1
    assert {each.code for each in answers if isinstance(each, Refused)} == {"slot.full"}


def with_a_stage_for_the_booked(world):
    """An order whose flow leads from "accepted" to "booked" by an appointment."""
    body = deepcopy(presets()["installation"])
    (accepted,) = [stage for stage in body["stages"] if stage["key"] == "accepted"]
    body["stages"].append({**accepted, "key": "booked", "name": "已预约"})
    for way in body["transitions"]:
        if way["key"] == "book":
            way["to"] = "booked"
        elif way["key"] in ("set_out", "arrive", "hold", "cancel", "reschedule"):
            sources = way["from"] if isinstance(way["from"], list) else [way["from"]]
            way["from"] = [*sources, "booked"]
    publish(body)
    return waiting(world)


@pytest.mark.parametrize("by_desk", [False, True])
def test_a_booking_moves_the_order_on_where_its_stage_waits_for_an_appointment(town, by_desk):
    installer = person(town)
    order = with_a_stage_for_the_booked(town)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher)
    step(order, "accept", installer.user)
    actor = town.seller if by_desk else None
    hold(order, actor=actor)
    book_held(order_id=order.pk, actor=actor)
    order.refresh_from_db()
    assert order.stage == "booked"
    assert clock.china(order.window_starts_at).hour == 10
    assert order.appointments.count() == 1
    # Moved to another time it stays where it is.
    hold(order, 14, actor=actor)
    book_held(order_id=order.pk, actor=actor)
    order.refresh_from_db()
    assert (order.stage, clock.china(order.window_starts_at).hour) == ("booked", 14)


def test_a_booking_moves_nothing_where_no_stage_waits_for_it(town):
    person(town)
    order = waiting(town)
    stage = order.stage
    hold(order)
    book_held(order_id=order.pk, actor=None)
    order.refresh_from_db()
    assert order.stage == stage
