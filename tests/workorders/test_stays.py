"""The stays of an order: one for each stage it stood in, one open while there is work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common import clock
from common.invariants import run_checks
from tests.workorders.own_flows import order_with
from tests.workorders.walking import assign, finish, step
from tests.workorders.world import PLACED, open_order, shop_order, tomorrow
from workorders import invariants
from workorders.intake_facts import ShopOrderStatus
from workorders.models import StageStay
from workorders.services.intake import take_in
from workorders.services.locking import lock_order
from workorders.services.stays import begin_missing_stays, current_stay, stays_are_missing


@pytest.fixture
def order(world):
    return open_order(world)


def stages_of(order):
    return list(order.stays.order_by("pk").values_list("stage", flat=True))


def is_sound():
    """What `check_invariants` says of stays."""
    assert invariants.stays_agree_with_orders
    [found] = run_checks(only=["I17"])
    return found.ok


def test_every_stage_on_the_way_is_one_stay_without_a_gap(world, order):
    finish(order, world)
    stays = list(order.stays.order_by("pk"))
    assert [stay.stage for stay in stays] == [
        "waiting", "assigned", "accepted", "en_route", "on_site", "in_review", "done",
    ]  # fmt: skip
    assert [stay.left_at for stay in stays[:-1]] == [stay.entered_at for stay in stays[1:]]
    assert stays[0].left_by == world.dispatcher
    assert stays[4].left_by == world.installer.user
    assert is_sound()


def test_a_stay_has_the_limit_its_order_has(world, order):
    order = assign(order, world)
    stay = order.stays.get(left_at=None)
    assert (stay.due_at, stay.role, stay.department) == (order.due_at, "installer", "服务网点")


def test_booking_in_a_stage_is_no_new_stay_and_its_limit_counts_from_the_appointment(world, order):
    order = step(assign(order, world), "accept", world.installer.user)
    before, since = order.stays.get(left_at=None), order.stage_since
    window = tomorrow()
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        order = step(order, "book", world.installer.user, appointment=window)
    stay = order.stays.get(left_at=None)
    assert (stay.pk, stay.entered_at) == (before.pk, before.entered_at)
    assert order.stage_since == since
    assert stay.due_at == order.due_at == window[0] + timedelta(minutes=2880)


def test_an_appointment_that_lies_in_the_past_gives_no_more_time(world, order):
    order = step(assign(order, world), "accept", world.installer.user)
    due_at, now = order.due_at, clock.now()
    window = (now - timedelta(hours=2), now - timedelta(hours=1))
    order = step(order, "book", world.installer.user, appointment=window)
    assert order.due_at == due_at == order.stays.get(left_at=None).due_at


def test_going_round_in_a_stage_gives_no_more_time(world):
    again = {
        "key": "call", "name": "再联系", "from": ["accepted"], "to": "accepted",
        "roles": ["installer"], "asks": ["note"],
    }  # fmt: skip
    order = order_with(world, {"op": "add_way", "way": again})
    order = step(assign(order, world), "accept", world.installer.user)
    due_at, since = order.due_at, order.stage_since
    with clock.moved_to(clock.now() + timedelta(hours=3)):
        order = step(order, "call", world.installer.user, note="没接")
    assert (order.due_at, order.stage_since) == (due_at, since)
    assert order.stays.get(left_at=None).due_at == due_at


def test_who_gets_an_order_from_somebody_else_has_the_whole_time_to_accept(world, order):
    order = assign(order, world)
    later = clock.now() + timedelta(minutes=20)
    with clock.moved_to(later):
        order = step(
            order, "reassign", world.dispatcher, installer=world.other_installer, reason="太远"
        )
    assert order.due_at >= later + timedelta(minutes=30)


def test_nobody_stands_in_a_final_stage(world, order):
    order = step(order, "cancel", world.dispatcher, reason="客户不要了")
    last = order.stays.order_by("pk").last()
    assert (last.stage, last.left_at) == ("cancelled", last.entered_at)
    assert current_stay(order) == last
    assert is_sound()


def test_a_refund_ends_the_stay_whatever_stage_it_is(world, order):
    finish(order, world)
    take_in(shop_order(version=101, status=ShopOrderStatus.CLOSED), sold_by=world.shop)
    assert stages_of(order)[-2:] == ["done", "cancelled"]
    assert is_sound()


def test_two_open_stays_of_an_order_are_impossible(world, order):
    stay = order.stays.get()
    stay.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        stay.save(force_insert=True)


def test_orders_from_before_stays_get_theirs_since_they_stand_there(world):
    with clock.moved_to(PLACED):
        old = open_order(world)
    StageStay.objects.all().delete()
    assert stays_are_missing()
    assert not is_sound()
    assert begin_missing_stays() == 1
    stay = old.stays.get()
    assert (stay.stage, stay.entered_at, stay.due_at) == ("waiting", PLACED, old.due_at)
    assert not stays_are_missing()
    assert is_sound()


def test_an_old_order_that_moves_on_needs_no_stay_behind_it(world, order):
    StageStay.objects.all().delete()
    order = assign(order, world)
    assert stages_of(order) == ["assigned"]
    assert is_sound()


def test_a_stay_in_a_stage_the_order_has_left_is_found(world, order):
    StageStay.objects.filter(work_order=order).update(stage="assigned")
    assert not is_sound()


def test_the_current_stay_is_that_of_the_stage_the_order_is_in(world, order):
    order = assign(order, world)
    assert current_stay(lock_order(order.pk)).stage == "assigned"
