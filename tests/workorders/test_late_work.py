"""Work done before an order was taken away is taken in as the earlier holder's, and moves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from tests.workorders.test_happened import EVENING, MORNING, told
from tests.workorders.test_phone import message, url
from tests.workorders.walking import arrive, assign, step
from tests.workorders.world import open_order, photo, shop_order
from workorders.crew import parts_of
from workorders.detail import order_detail
from workorders.models import (
    CrewMember,
    Evidence,
    MaterialUsed,
    StaffNotice,
    StepDone,
    TimelineEvent,
)
from workorders.services.evidence import mark_step, use_material
from workorders.services.photos import add_photo
from workorders.services.progress import assign_installer, end_by_shop

NOON = MORNING + timedelta(hours=4)
DONE = NOON - timedelta(hours=1)


@pytest.fixture
def lost(world, client):
    """Under way since the morning, given to somebody else at noon; the phone was cut off."""
    with clock.moved_to(MORNING):
        order = assign(open_order(world), world)
        step(order, "accept", world.installer.user)
    with clock.moved_to(NOON):
        assign_installer(
            order_id=order.pk,
            installer=world.other_installer,
            actor=world.dispatcher,
            reason="客户催",
        )
    client.force_login(world.installer.user)
    order.refresh_from_db()
    return order


def test_a_step_done_before_is_the_earlier_holders_and_counts_for_their_pay(client, world, lost):
    before = lost.stage
    answer = told(client, url("job-step", lost), DONE, seq=1, done="true")
    assert answer.status_code == 200, answer.content
    kept = StepDone.objects.get(work_order=lost)
    assert (kept.installer, kept.done_at) == (world.installer, DONE)
    assert kept.received_at == EVENING
    assert {part.installer_id: part.steps for part in parts_of(lost)}[world.installer.pk] == 1
    assert CrewMember.objects.filter(work_order=lost, installer=world.installer).exists()
    lost.refresh_from_db()
    assert (lost.stage, lost.installer) == (before, world.other_installer)


def test_the_office_is_told_once_however_much_comes(client, world, lost):
    told(client, url("job-step", lost), DONE, seq=1, done="true")
    told(client, url("job-step", lost), DONE + timedelta(minutes=1), seq=2, done="true")
    assert (
        TimelineEvent.objects.filter(work_order=lost, code="late_work", kind="alert").count() == 1
    )
    assert StaffNotice.objects.filter(work_order=lost, code="late_work").exists()


def test_what_the_new_holder_did_stays_and_the_other_word_is_written_down(client, world, lost):
    mark_step(order_id=lost.pk, seq=1, actor=world.other_installer.user)
    told(client, url("job-step", lost), DONE, seq=1, done="true")
    assert StepDone.objects.get(work_order=lost).installer == world.other_installer
    assert TimelineEvent.objects.filter(work_order=lost, code="late_step_twice").exists()


def test_the_office_is_told_too_when_the_new_holder_says_it_second(client, world, lost):
    told(client, url("job-step", lost), DONE, seq=1, done="true")
    assert not mark_step(order_id=lost.pk, seq=1, actor=world.other_installer.user)
    doubt = TimelineEvent.objects.get(work_order=lost, code="late_step_twice")
    assert (doubt.kind, doubt.actor) == ("alert", world.other_installer.user)


def test_a_photo_from_before_is_kept_and_marked(client, world, lost):
    fields = {"seq": 1, "label": "铭牌", "photo": photo(5)}
    assert told(client, url("job-photo", lost), DONE, **fields).status_code == 200
    kept = Evidence.objects.get(work_order=lost)
    assert (kept.uploaded_by, kept.taken_at) == (world.installer.user, DONE)
    assert [view.late for view in order_detail(lost).photos] == [world.installer.user.display_name]


def test_materials_fill_in_what_nobody_recorded(client, world, lost):
    field = f"material-{world.pipe.pk}"
    told(client, url("job-materials", lost), DONE, **{field: "2.5"})
    assert MaterialUsed.objects.get(work_order=lost).quantity_milli == 2_500


def test_a_recorded_quantity_stays(client, world, lost):
    me = world.other_installer.user
    use_material(order_id=lost.pk, material=world.pipe, quantity_milli=1_000, actor=me)
    told(client, url("job-materials", lost), DONE, **{f"material-{world.pipe.pk}": "2.5"})
    assert MaterialUsed.objects.get(work_order=lost).quantity_milli == 1_000
    assert TimelineEvent.objects.filter(work_order=lost, code="late_material_open").exists()


@pytest.mark.parametrize("when", [NOON, NOON + timedelta(hours=1), MORNING - timedelta(days=9)])
def test_what_happened_after_or_too_long_ago_is_not_taken(client, lost, when):
    answer = told(client, url("job-step", lost), when, seq=1, done="true")
    assert answer.status_code == 410
    assert "客户催" in message(answer)
    assert not StepDone.objects.exists()


@pytest.fixture
def handed_on(world, client):
    """Opened at 6, given to the other at 8, to me at 10, and to the other again at noon."""
    me, other = world.installer, world.other_installer
    with clock.moved_to(MORNING - timedelta(hours=2)):
        order = open_order(world)
    for hours, who in ((0, other), (2, me), (4, other)):
        with clock.moved_to(MORNING + timedelta(hours=hours)):
            assign_installer(
                order_id=order.pk, installer=who, actor=world.dispatcher, reason="客户催"
            )
    client.force_login(me.user)
    return order


@pytest.mark.parametrize(
    ("hours", "status"), [(-1, 410), (0, 410), (1.9, 410), (2, 200), (3.9, 200), (4, 410)]
)
def test_work_is_taken_only_from_the_time_the_order_was_theirs(client, handed_on, hours, status):
    when = MORNING + timedelta(hours=hours)
    answer = told(client, url("job-step", handed_on), when, seq=1, done="true")
    assert answer.status_code == status, answer.content
    assert StepDone.objects.exists() == (status == 200)


def test_who_worked_before_it_was_theirs_reads_when_it_was(client, handed_on):
    when = MORNING + timedelta(hours=1)
    answer = told(client, url("job-photo", handed_on), when, seq=1, photo=photo(7))
    assert "它归您的时间是 2026-11-03 周二 10:00" in message(answer)
    assert answer.json()["error"]["code"] == "order.not_yours_then"


def test_each_of_several_times_counts(world, client, handed_on):
    """The other had it from 8 to 10 and again until they lost it at two."""
    other = world.other_installer
    with clock.moved_to(MORNING + timedelta(hours=6)):
        assign_installer(
            order_id=handed_on.pk, installer=world.installer, actor=world.dispatcher, reason="返还"
        )
    client.force_login(other.user)
    for hours, status in ((1, 200), (3, 410), (5, 200)):
        when = MORNING + timedelta(hours=hours)
        answer = told(client, url("job-step", handed_on), when, seq=1, done="true")
        assert answer.status_code == status


def test_a_photo_from_before_is_judged_like_any_other(client, world, lost):
    """Known of another order, sent by no camera of that day: the office reads both."""
    other = arrive(open_order(world, shop_order(number="E2", buyer_ref="b2")), world)
    first = add_photo(order_id=other.pk, upload=photo(5), actor=world.installer.user)
    told(client, url("job-photo", lost), DONE, seq=1, label="铭牌", photo=photo(5))
    kept = Evidence.objects.get(work_order=lost)
    assert kept.duplicate_of == first
    assert lost.timeline.filter(code="photo_again", kind="alert").exists()
    told(client, url("job-photo", lost), DONE, seq=1, label="铭牌", photo=photo(5), key="again")
    told(client, url("job-photo", lost), DONE, seq=2, label="接头", photo=photo(5), key="other")
    assert Evidence.objects.filter(work_order=lost).count() == 2


def test_a_move_is_never_taken_late(client, lost):
    answer = told(client, url("job-move", lost, "complete"), DONE)
    assert answer.status_code == 410


def test_a_cancelled_order_takes_nothing_in(client, lost):
    with clock.moved_to(NOON + timedelta(hours=1)):
        end_by_shop(order_id=lost.pk, reason="买家已退款")
    assert told(client, url("job-step", lost), DONE, seq=1, done="true").status_code == 410


def test_who_gave_the_order_back_reads_that_it_is_not_theirs(client, world):
    with clock.moved_to(MORNING):
        order = assign(open_order(world), world)
        step(order, "decline", world.installer.user, reason="太远")
    client.force_login(world.installer.user)
    answer = told(client, url("job-step", order), MORNING, seq=1, done="true")
    assert answer.status_code == 404
    assert message(answer) == "这已不存在，或不属于您，没有收下。"
    assert not StepDone.objects.exists()


def test_who_never_had_the_order_learns_nothing(client, world, lost):
    client.force_login(world.stranger)
    answer = told(client, url("job-step", lost), DONE, seq=1, done="true")
    assert answer.status_code in (403, 404)
    assert not StepDone.objects.exists()
