"""What a phone did without network counts when it was done, as far as that can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from common import clock
from tests.workorders.cameras import shot
from tests.workorders.test_phone import message, post, url
from tests.workorders.walking import arrive, assign, step
from tests.workorders.world import open_order, photo, signature
from workorders.codes import issue_code
from workorders.models import (
    CheckIn,
    Evidence,
    LateEntry,
    MaterialUsed,
    SiteRule,
    StageStay,
    StepDone,
    WorkOrder,
)

MORNING = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)  # 08:00 in China
EVENING = MORNING + timedelta(hours=14, minutes=10)  # 22:10


def ago(moment, now=EVENING):
    return str((now - moment) // timedelta(milliseconds=1))


def told(client, address, when, **fields):
    """Post as the queue does at 22:10 what was done at a moment."""
    with clock.moved_to(fields.pop("now", EVENING)):
        now = clock.now()
        key = fields.pop("key", f"k-{address}-{when}")
        return client.post(
            address,
            fields,
            headers={
                "X-Outbox": "1",
                "X-Happened-Ago": ago(when, now),
                "Idempotency-Key": key,
                "Accept": "application/json",
            },
        )


@pytest.fixture
def order(world, client):
    """Assigned at 08:00, accepted and under way."""
    with clock.moved_to(MORNING):
        order = assign(open_order(world), world)
        me = world.installer.user
        step(order, "accept", me)
        window = (MORNING + timedelta(hours=1), MORNING + timedelta(hours=2))
        step(order, "book", me, appointment=window)
        step(order, "set_out", me)
    client.force_login(world.installer.user)
    return order


def at(hour, minute=0):
    return MORNING + timedelta(hours=hour - 8, minutes=minute)


def arrives(client, order, when, **fields):
    spot = {"latitude": "30.2841", "longitude": "120.1244", "accuracy": "9"}
    return told(client, url("job-arrive", order, "arrive"), when, **{**spot, **fields})


def bounded(order):
    found = order.timeline.filter(code="time_bounded").order_by("pk")
    return [event.params["why"] for event in found]


def test_each_deed_of_a_visit_without_network_keeps_when_it_was_done_and_when_it_was_told(
    world, order, client
):
    assert arrives(client, order, at(9)).status_code == 200
    assert told(client, url("job-step", order), at(9, 10), seq="1", done="1").status_code == 200
    materials = {f"material-{world.pipe.pk}": "2"}
    assert told(client, url("job-materials", order), at(9, 20), **materials).status_code == 200
    signed = told(client, url("job-signature", order), at(9, 30), signature=signature())
    assert signed.status_code == 200
    check_in = CheckIn.objects.get(work_order=order)
    assert (check_in.at, check_in.received_at) == (at(9), EVENING)
    order.refresh_from_db()
    assert (order.started_at, order.stage_since) == (at(9), at(9))
    stay = StageStay.objects.get(work_order=order, left_at=None)
    assert (stay.entered_at, stay.received_at) == (at(9), EVENING)
    assert (stay.meaning, stay.installer) == ("ON_SITE", world.installer)
    done = StepDone.objects.get(work_order=order)
    assert (done.done_at, done.received_at) == (at(9, 10), EVENING)
    used = MaterialUsed.objects.get(work_order=order)
    assert (used.recorded_at, used.received_at) == (at(9, 20), EVENING)
    drawn = Evidence.objects.get(work_order=order, kind="signature")
    assert (drawn.taken_at, drawn.kept_at) == (at(9, 30), EVENING)
    assert bounded(order) == []


def test_the_timeline_says_that_work_was_done_offline_and_when_it_was_received(
    world, order, client
):
    arrives(client, order, at(9))
    event = order.timeline.get(code="check_in_position")
    assert (event.at, event.received_at) == (at(9), EVENING)
    client.force_login(world.dispatcher)
    with clock.moved_to(EVENING):
        page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "离线完成，补传于" in page


def test_what_is_sent_at_once_is_not_called_late(order, client):
    arrives(client, order, at(9), now=at(9) + timedelta(seconds=20))
    check_in = CheckIn.objects.get(work_order=order)
    assert (check_in.at, check_in.received_at) == (at(9), None)


def test_a_post_without_an_age_happens_when_it_is_received(order, client):
    with clock.moved_to(EVENING):
        answer = post(client, url("job-arrive", order, "arrive"), reason="没有信号")
    assert answer.status_code == 200
    assert CheckIn.objects.get(work_order=order).at == EVENING


@pytest.mark.parametrize(
    ("when", "counts", "why"),
    [
        (MORNING - timedelta(hours=1), MORNING, ["early"]),  # before it was theirs
        (MORNING - timedelta(days=30), MORNING, ["old"]),  # the clock jumped
        (EVENING + timedelta(hours=3), EVENING, ["future"]),  # the clock was set back
        (MORNING - timedelta(seconds=90), MORNING, []),  # clocks and networks differ by so much
    ],
)
def test_a_time_that_cannot_be_is_bounded_and_the_order_flagged(order, client, when, counts, why):
    assert arrives(client, order, when).status_code == 200
    assert CheckIn.objects.get(work_order=order).at == counts
    order.refresh_from_db()
    assert order.started_at == counts
    assert bounded(order) == why


def test_a_phone_is_believed_for_as_many_hours_as_the_company_says(order, client):
    SiteRule.objects.create(pk=1, radius_m=500, offline_hours=6)
    arrives(client, order, at(9))
    assert CheckIn.objects.get(work_order=order).at == EVENING - timedelta(hours=6)
    assert bounded(order) == ["old"]


def test_a_deed_cannot_come_before_the_move_before_it(order, client):
    arrives(client, order, at(12))
    told(client, url("job-step", order), at(9), seq="1", done="1")
    assert StepDone.objects.get(work_order=order).done_at == at(12)
    assert bounded(order) == ["early"]


def test_a_repeat_under_the_same_key_changes_nothing_whatever_age_it_says(order, client):
    first = arrives(client, order, at(9), key="once")
    again = arrives(client, order, at(11), key="once", now=EVENING + timedelta(hours=1))
    assert (first.status_code, again.status_code) == (200, 200)
    assert CheckIn.objects.get(work_order=order).at == at(9)


@pytest.mark.parametrize("age", ["", "abc", "1e9", "--5", "9" * 40, "١٢٣"])
def test_an_age_that_is_no_number_says_nothing(order, client, age):
    headers = {"X-Outbox": "1", "X-Happened-Ago": age.encode().decode("latin-1"),
               "Idempotency-Key": "x"}  # fmt: skip
    with clock.moved_to(EVENING):
        answer = client.post(
            url("job-arrive", order, "arrive"), {"reason": "没有信号"}, headers=headers
        )
    assert answer.status_code == 200
    assert CheckIn.objects.get(work_order=order).at == EVENING


def test_only_the_queue_of_a_phone_is_asked_for_an_age(order, client):
    headers = {"X-Happened-Ago": "3600000", "Idempotency-Key": "x"}
    with clock.moved_to(EVENING):
        client.post(url("job-arrive", order, "arrive"), {"reason": "没有信号"}, headers=headers)
    assert CheckIn.objects.get(work_order=order).at == EVENING


def test_a_photo_of_a_visit_that_is_sent_the_next_day_is_none_from_before_it(order, client):
    next_day = EVENING + timedelta(hours=12)
    arrives(client, order, at(9), now=next_day)
    picture = shot(at=at(9, 5))
    sent = told(
        client, url("job-photo", order), at(9, 6), now=next_day, seq="1", label="铭牌照",
        photo=picture, taken_at=at(9, 6).isoformat(),
    )  # fmt: skip
    assert sent.status_code == 200, message(sent)
    kept = Evidence.objects.get(work_order=order, kind="photo")
    assert not kept.is_old
    assert not order.timeline.filter(code="photo_old").exists()
    assert abs(kept.taken_at - at(9, 5)) < timedelta(minutes=2)


def test_a_photo_of_a_phone_that_says_no_time_was_taken_when_it_was_queued(order, client):
    arrives(client, order, at(9))
    told(client, url("job-photo", order), at(9, 6), seq="1", label="铭牌照", photo=photo())
    kept = Evidence.objects.get(work_order=order, kind="photo")
    assert (kept.taken_at, kept.kept_at, kept.time_source) == (at(9, 6), EVENING, "phone")


def test_a_code_that_was_typed_in_time_is_good_when_it_is_sent_too_late(world, order, client):
    with clock.moved_to(MORNING - timedelta(days=6, hours=20)):
        code = issue_code(order_id=order.pk, actor=world.dispatcher)
    assert arrives(client, order, at(9), code=code).status_code == 200
    assert CheckIn.objects.get(work_order=order).method == "code"


def test_a_next_contact_that_was_ahead_when_it_was_agreed_is_taken_when_sent_later(order, client):
    arrives(client, order, at(9))
    held = told(
        client, url("job-move", order, "hold"), at(9, 30), reason="缺配件",
        next_contact_at=f"{clock.china(at(15)):%Y-%m-%dT%H:%M}",
    )  # fmt: skip
    assert held.status_code == 200, message(held)
    order.refresh_from_db()
    assert (order.meaning, order.stage_since) == ("ON_HOLD", at(9, 30))


def test_what_the_office_does_meanwhile_stands_and_the_phone_comes_after_it(world, order, client):
    with clock.moved_to(at(10)):
        step(order, "reassign", world.dispatcher, reason="换人", installer=world.other_installer)
    answer = arrives(client, order, at(9))
    assert answer.status_code == 200
    assert WorkOrder.objects.get(pk=order.pk).started_at is None
    assert not order.check_ins.exists()
    told = LateEntry.objects.get(work_order=order)
    assert (told.kind, told.installer, told.at) == ("check_in", world.installer, at(9))


def test_the_start_of_a_visit_at_once_is_as_before(world):
    order = arrive(open_order(world), world)
    stay = StageStay.objects.get(work_order=order, left_at=None)
    assert (stay.entered_at, stay.received_at) == (order.started_at, None)
