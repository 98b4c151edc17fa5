"""Moving a work order: who may, what must be there, what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from common.errors import Conflict, Refused
from tests.workorders.listening import heard
from tests.workorders.walking import arrive, assign, complete, finish, prove, step
from tests.workorders.world import open_order, photo, shop_order, tomorrow
from workorders.intake_facts import ShopOrderStatus
from workorders.models import Appointment, SiteFact, StepDone, WorkOrder
from workorders.services.check_ins import check_in
from workorders.services.fates import Chosen
from workorders.services.follow_ups import record_follow_up
from workorders.services.intake import take_in
from workorders.services.photos import add_photo
from workorders.services.progress import assign_installer, open_transitions, release_installer


@pytest.fixture
def order(world):
    return open_order(world)


def test_assigning_sets_served_by_distance_and_the_time_for_accepting(world, order):
    order = assign(order, world)
    assert (order.meaning, order.installer, order.served_by) == (
        "ASSIGNED",
        world.installer,
        world.suzhou,
    )
    assert 130_000 < order.distance_m < 220_000
    assert not order.distance_estimated
    assert order.due_at - order.stage_since == timedelta(minutes=30)


def test_an_order_goes_from_the_pool_to_done(world, order):
    order = finish(order, world)
    assert (order.meaning, order.is_open, order.due_at) == ("DONE", False, None)
    assert order.completed_at is not None
    assert order.started_at is not None
    assert heard("completed", order) == 1
    assert heard("milestone", order) == 1


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("photo", "铭牌照"),
        ("step", "安装室内机"),
        ("signature", "sign"),
    ],
)
def test_completion_names_what_is_missing(world, order, left_out, sentence, settings):
    settings.LANGUAGE_CODE = "en"
    order = arrive(order, world)
    prove(order, world)
    gone = {
        "photo": lambda: order.evidence.filter(label="铭牌照").delete(),
        "step": lambda: StepDone.objects.filter(work_order=order, seq=2).delete(),
        "signature": lambda: order.evidence.filter(kind="signature").delete(),
    }
    gone[left_out]()
    with pytest.raises(Refused) as refused:
        step(order, "complete", world.installer.user)
    assert refused.value.code == "transition.missing"
    assert sentence in str(refused.value) or left_out == "signature"
    order.refresh_from_db()
    assert order.completed_at is None


def test_one_missing_photo_is_counted_in_the_sentence(world, order):
    order = arrive(order, world)
    prove(order, world)
    order.evidence.filter(label="完工照").first().delete()
    with pytest.raises(Refused, match=r"1.*完工照"):
        step(order, "complete", world.installer.user)


@pytest.mark.parametrize(
    ("key", "who", "code"),
    [
        ("complete", "dispatcher", "order.stage_changed"),
        ("accept", "dispatcher", "transition.role"),
        ("accept", "other", "transition.not_yours"),
        ("fly", "dispatcher", "transition.unknown"),
        ("hold", "dispatcher", "transition.missing"),
        ("claim", "other", "order.stage_changed"),
    ],
)
def test_a_transition_is_refused_by_stage_role_holder_and_guard(world, order, key, who, code):
    order = assign(order, world)
    actors = {"dispatcher": world.dispatcher, "other": world.other_installer.user}
    with pytest.raises(Refused) as refused:
        step(order, key, actors[who])
    assert refused.value.code == code


def test_a_stale_assignment_names_who_was_faster(world, order):
    assign(order, world)
    with pytest.raises(Conflict, match=world.installer.user.display_name):
        assign(order, world, world.other_installer)


def test_an_installer_moves_nothing_that_is_not_theirs_in_the_pool(world, order):
    with pytest.raises(Refused) as refused:
        step(order, "hold", world.installer.user, reason="x", next_contact_at=tomorrow()[0])
    assert refused.value.code == "transition.not_yours"


def test_taking_an_order_away_needs_a_reason_and_tells_both(world, order):
    assign(order, world)
    order = assign_installer(
        order_id=order.pk,
        installer=world.other_installer,
        actor=world.dispatcher,
        reason="原师傅生病",
    )
    assert order.installer == world.other_installer
    assert order.meaning == "ASSIGNED"


def test_an_inactive_installer_gets_no_work(world, order):
    world.installer.is_active = False
    world.installer.save()
    with pytest.raises(Refused, match=world.installer.user.display_name):
        assign(order, world)


def test_declining_puts_the_order_back_into_the_pool(world, order):
    assign(order, world)
    order = release_installer(
        order_id=order.pk, actor=world.installer.user, key="decline", reason="太远"
    )
    assert (order.meaning, order.installer, order.served_by) == ("WAITING", None, None)
    assert order.distance_m is None


def test_an_old_appointment_is_no_new_one(world, order):
    order = arrive(order, world)
    with pytest.raises(Refused):
        step(order, "reschedule", world.installer.user, reason="客户改期")
    order = step(
        order, "reschedule", world.installer.user, reason="客户改期", appointment=tomorrow()
    )
    assert Appointment.objects.filter(work_order=order, superseded=False).count() == 1
    assert SiteFact.objects.filter(work_order=order, kind="reschedule").count() == 1


def test_a_second_visit_needs_a_check_in_of_its_own(world, order):
    order = arrive(order, world)
    me = world.installer.user
    step(order, "reschedule", me, reason="缺件", appointment=tomorrow())
    with pytest.raises(Refused):
        step(order, "arrive", me)
    check_in(order_id=order.pk, actor=me, reason="地下室无信号")
    assert step(order, "arrive", me).meaning == "ON_SITE"


def test_nobody_at_home_is_an_empty_trip_on_hold_until_the_next_contact(world, order):
    order = arrive(order, world)
    call = datetime.now(UTC) + timedelta(hours=3)
    order = step(
        order, "nobody_home", world.installer.user, reason="无人应门", next_contact_at=call
    )
    assert (order.meaning, order.due_at, order.hold_reason) == ("ON_HOLD", call, "无人应门")
    assert order.window_starts_at is None
    assert SiteFact.objects.filter(work_order=order, kind="empty_trip").exists()


def test_an_order_off_hold_is_accepted_anew_unless_the_installer_takes_it_up_themselves(
    world, order
):
    order, me, call = arrive(order, world), world.installer.user, tomorrow()[0]

    def hold():
        step(order, "hold", world.dispatcher, reason="缺件", next_contact_at=call)

    hold()
    with pytest.raises(Refused):
        step(order, "resume", world.dispatcher)
    with pytest.raises(Refused):
        step(order, "give_back", me)
    back = step(order, "give_back", world.dispatcher)
    assert (back.stage, back.installer, heard("asked_again", order)) == (
        "assigned", world.installer, 1,
    )  # fmt: skip
    assert step(order, "accept", me).stage == "accepted"
    hold()
    assert step(order, "resume", me).stage == "accepted"
    assert heard("asked_again", order) == 1


def test_completion_is_announced_once_and_taken_back_when_work_is_sent_back(world, order):
    order = complete(order, world)
    first = order.completed_at
    assert first is not None
    order = step(order, "send_back", world.dispatcher, reason="漏水")
    assert order.completed_at is None
    assert heard("completed", order) == 1
    assert heard("reopened", order) == 1


def test_approval_needs_a_follow_up_that_passed(world, order):
    order = complete(order, world)
    record_follow_up(
        order_id=order.pk, passed=False, rating_x10=20, remark="有异响", actor=world.dispatcher
    )
    with pytest.raises(Refused):
        step(order, "approve", world.dispatcher)


def test_a_refund_after_completion_cancels_and_clears_completion(world, order):
    finish(order, world)
    take_in(shop_order(version=101, status=ShopOrderStatus.CLOSED), sold_by=world.shop)
    order.refresh_from_db()
    assert (order.meaning, order.completed_at, order.installer) == ("CANCELLED", None, None)
    assert heard("cancelled", order) == 1


def test_a_repair_is_quoted_before_it_is_done(world):
    line = shop_order().lines[0]
    chosen = Chosen(world.repair.pk, world.repair.current, False)
    repair = take_in(shop_order(number="R1"), sold_by=world.shop, decided={line.line_id: chosen})
    order = WorkOrder.objects.get(pk=repair.opened[0])
    assign(order, world)
    me = world.installer.user
    step(order, "accept", me)
    check_in(order_id=order.pk, actor=me, lon=120.1244, lat=30.2841)
    order = step(order, "arrive", me)
    assert order.stage == "diagnosis"
    add_photo(order_id=order.pk, upload=photo(), actor=me, label="故障")
    order = step(order, "quote", me, quote_fen=18_000)
    assert SiteFact.objects.get(work_order=order, kind="quote_fen").value == "18000"
    with pytest.raises(Refused):
        step(order, "start_repair", me)
    assert step(order, "start_repair", me, confirmed=True).stage == "repairing"


def test_what_a_role_may_do_next_is_read_from_the_flow(world, order):
    keys = {t.key for t in open_transitions(order, world.dispatcher)}
    assert keys == {"assign", "hold", "cancel"}
    assert open_transitions(order, world.installer.user) == ()
    order = assign(order, world)
    mine = {t.key for t in open_transitions(order, world.installer.user)}
    assert mine == {"accept", "decline", "hold"}
