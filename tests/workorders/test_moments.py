"""Triggers that come with the time: before a limit, around the appointment, and when a task is done."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.http import QueryDict

from common import clock
from common.outbox import drain
from common.workdays import Hours, before_business_minutes
from tests.workorders.own_flows import edited, order_with, publish
from tests.workorders.test_triggers import accepted, again, tag, when
from tests.workorders.walking import step
from workorders.flow import Company, check, read_flow
from workorders.flow_choices import FlowChoices
from workorders.flow_findings import findings
from workorders.flow_trigger_words import trigger_words
from workorders.forms.flow_trigger import ActionForm, TriggerForm
from workorders.models import FiredTrigger, StaffNotice, StageStay, WorkOrder
from workorders.services.effects import set_appointment
from workorders.services.moments import fire_moments, moments_have_come
from workorders.services.tasks import finish_task, reopen_task
from workorders.staff_words import notice_words


def china(text):
    return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)


def timed(on, minutes, *actions, **more):
    return when(on, *(actions or (tag("到点"),)), minutes=minutes, **more)


def fired_at(moment):
    """How many triggers are asked at a moment; the schedule looks at nothing else."""
    with clock.moved_to(moment):
        came = moments_have_come()
        assert (fire_moments() > 0) == came
        drain(strict=True)
    return came


def due(order, moment):
    """An order whose limit is that moment, wherever it came from."""
    WorkOrder.objects.filter(pk=order.pk).update(due_at=moment)
    StageStay.objects.filter(work_order=order, left_at=None).update(due_at=moment)


def booked(order, world, start):
    """An order with an appointment of two hours."""
    order = again(order)
    end = start + timedelta(hours=2)
    set_appointment(order, start, end, actor=world.dispatcher, reason="")
    order.save(update_fields=["window_starts_at", "window_ends_at"])
    return order


def test_a_trigger_acts_so_long_before_the_limit_and_once(world):
    order = order_with(world, timed("due_soon", 20, stage="waiting"))
    limit = order.due_at
    assert not fired_at(limit - timedelta(minutes=21))
    assert fired_at(limit - timedelta(minutes=20))
    assert not fired_at(limit - timedelta(minutes=5))
    assert again(order).tags == ["到点"]


def test_what_is_over_its_limit_is_no_longer_soon(world):
    order = order_with(world, timed("due_soon", 20, stage="waiting"))
    assert not fired_at(order.due_at + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("limit", "before", "at"),
    [
        # Over a night, a weekend, and the eight days of the National Day holiday.
        ("2026-11-03 09:30", "2026-11-02 17:29", "2026-11-02 17:30"),
        ("2026-11-09 10:00", "2026-11-06 17:59", "2026-11-06 18:00"),
        ("2026-10-08 09:30", "2026-09-30 17:29", "2026-09-30 17:30"),
        # Saturday the 10th is worked in exchange.
        ("2026-10-10 09:30", "2026-10-09 17:29", "2026-10-09 17:30"),
    ],
)
def test_an_hour_of_business_before_a_limit_lies_before_the_night_and_the_days_off(
    world, limit, before, at
):
    order = order_with(world, timed("due_soon", 60, stage="waiting", business_time=True))
    due(order, china(limit))
    assert not fired_at(china(before))
    assert fired_at(china(at))


def test_an_hour_by_the_clock_before_a_limit_may_lie_in_the_night(world):
    order = order_with(world, timed("due_soon", 60, stage="waiting"))
    due(order, china("2026-11-03 09:30"))
    assert not fired_at(china("2026-11-02 18:00"))
    assert fired_at(china("2026-11-03 08:30"))


def test_a_trigger_acts_before_each_appointment_also_the_one_that_replaced_another(world):
    order = accepted(world, timed("before_appointment", 120))
    booked(order, world, china("2026-11-20 14:00"))
    assert not fired_at(china("2026-11-20 11:59"))
    assert fired_at(china("2026-11-20 12:00"))
    booked(order, world, china("2026-11-24 14:00"))
    assert not fired_at(china("2026-11-20 12:30"))
    assert fired_at(china("2026-11-24 12:00"))


@pytest.mark.parametrize(
    ("business", "not_yet", "at"),
    [
        (False, "2026-11-20 18:59", "2026-11-20 19:00"),
        (True, "2026-11-23 10:59", "2026-11-23 11:00"),
    ],
)
def test_a_trigger_acts_after_the_appointment_while_the_order_still_stands_there(
    world, business, not_yet, at
):
    """From three to five on a Friday; two hours later by the clock, or on Monday before noon."""
    order = accepted(world, timed("after_appointment", 120, business_time=business))
    booked(order, world, china("2026-11-20 15:00"))
    if business:
        order.appointments.update(ends_at=china("2026-11-20 18:00"))
        WorkOrder.objects.filter(pk=order.pk).update(window_ends_at=china("2026-11-20 18:00"))
    assert not fired_at(china(not_yet))
    assert fired_at(china(at))


def test_an_order_that_left_the_stage_is_not_reminded_of(world):
    order = accepted(world, timed("before_appointment", 120))
    booked(order, world, china("2026-11-20 14:00"))
    step(order, "set_out", world.installer.user)
    assert not fired_at(china("2026-11-20 13:00"))


def test_conditions_are_judged_once_when_the_time_has_come(world):
    only = [{"fact": "tag", "any_of": ["催单"]}]
    order = order_with(world, timed("due_soon", 20, stage="waiting", when=only))
    assert fired_at(order.due_at - timedelta(minutes=20))
    WorkOrder.objects.filter(pk=order.pk).update(tags=["催单"])
    assert not fired_at(order.due_at - timedelta(minutes=10))
    assert again(order).tags == ["催单"]


PARTS = {"key": "parts", "name": "备料", "role": "outlet_manager"}
MONEY = {"key": "money", "name": "核款", "role": "finance"}


@pytest.mark.parametrize(("task", "after"), [("parts", 1), ("", 2)])
def test_a_trigger_waits_for_one_task_or_for_all_of_the_stage(world, task, after):
    tasks = [{"op": "task", "stage": "waiting", "task": each} for each in (PARTS, MONEY)]
    order = order_with(world, *tasks, when("task_done", tag("好了"), stage="waiting", task=task))
    for number, name in enumerate(("备料", "核款"), start=1):
        pk = order.tasks.get(name=name).pk
        finish_task(order_id=order.pk, task_id=pk, actor=world.admin)
        assert FiredTrigger.objects.count() == (number >= after)
    reopen_task(order_id=order.pk, task_id=pk, actor=world.admin)
    finish_task(order_id=order.pk, task_id=pk, actor=world.admin)
    assert FiredTrigger.objects.count() == 1


def test_the_text_of_a_trigger_names_what_was_so_when_it_fired(world):
    text = "{number}={order}，{customer}，{installer}，{appointment}，{stage}，{item}，{other}"
    said = {"action": "notify", "to": "dispatcher", "text": text}
    order = accepted(world, timed("before_appointment", 120, said))
    order = booked(order, world, china("2026-11-20 14:00"))
    with clock.moved_to(china("2026-11-20 12:00")):
        fire_moments()
        booked(order, world, china("2026-11-24 14:00"))
        drain(strict=True)
    words = notice_words(StaffNotice.objects.filter(user=world.dispatcher).latest("pk"))
    name = world.installer.user.display_name
    assert words == (
        f"{order.number}={order.number}，王芳，{name}，11月20日 周五 14:00–16:00，已接单待上门，"
        "挂机空调安装，{other}"
    )


@pytest.mark.parametrize(
    ("trigger", "code", "is_error"),
    [
        (timed("due_soon", 60, stage="done"), "overdue_without_limit", True),
        (timed("due_soon", 60, stage="waiting"), "limit_too_short", False),
        (when("task_done", tag("x"), stage="waiting"), "no_task_to_end", True),
        (
            when("entered", {"action": "notify", "to": "finance", "text": "{who}"}),
            "unknown_placeholder",
            True,
        ),
    ],
)
def test_a_trigger_that_cannot_act_as_it_says_is_found_with_its_place(trigger, code, is_error):
    told = findings(read_flow(edited(trigger)), Company())
    assert [(each.finding.code, each.is_error, each.part) for each in told] == [
        (code, is_error, "trigger.t")
    ]
    assert "“t”" not in told[0].sentence


def test_a_task_that_was_taken_out_is_missed_and_the_flow_can_still_be_read():
    body = edited(
        {"op": "task", "stage": "waiting", "task": PARTS},
        when("task_done", tag("x"), stage="waiting", task="money"),
    )
    assert "no_task_to_end" in [each.code for each in check(read_flow(body))]


@pytest.mark.parametrize("more", [{"minutes": 0}, {"minutes": 43_201}, {}])
def test_a_time_must_be_said_and_not_be_too_long(more):
    from workorders.flow import FlowError

    with pytest.raises(FlowError):
        read_flow(edited(when("due_soon", tag("x"), **more)))


def typed(**given):
    data = QueryDict(mutable=True)
    data.update({"stage": "waiting", "unit": "hours", "clock": "business", **given})
    flow = read_flow(edited({"op": "task", "stage": "waiting", "task": PARTS}))
    return TriggerForm(data, choices=FlowChoices(flow))


def test_the_sentence_is_built_from_what_the_moment_asks_for(world):
    form = typed(on="due_soon", limit="2")
    assert form.is_valid()
    kept = {"on": "due_soon", "stage": "waiting", "minutes": 120, "business_time": True}
    assert form.table() == kept
    choices = form.known
    words = trigger_words({**kept, "do": [tag("急")]}, choices)
    assert "2 小时" in words
    assert TriggerForm.first(kept) == {
        "on": "due_soon", "stage": "waiting", "task": "",
        "limit": 2, "unit": "hours", "clock": "business",
    }  # fmt: skip
    assert not typed(on="before_appointment").is_valid()
    assert not typed(on="before_appointment", limit="31", unit="days", clock="clock").is_valid()
    task = typed(on="task_done", task="parts")
    assert task.is_valid()
    assert task.table() == {"on": "task_done", "stage": "waiting", "task": "parts"}
    assert "备料" in trigger_words({**task.table(), "do": [tag("急")]}, choices)
    assert "limit" not in typed(on="entered").fields


def test_a_placeholder_that_stands_for_nothing_is_refused_where_it_is_typed(world):
    given = {"action": "notify", "to": "finance", "text": "工单 {order} 请 {nobody} 看"}
    form = ActionForm(given, choices=FlowChoices(None))
    assert not form.is_valid()
    assert "nobody" in form.errors["text"][0]
    assert ActionForm(given | {"text": "工单 {number}"}, choices=FlowChoices(None)).is_valid()


@pytest.mark.parametrize(
    ("until", "minutes", "since"),
    [
        ("2026-11-02 11:00", 60, "2026-11-02 10:00"),
        ("2026-11-03 09:30", 60, "2026-11-02 17:30"),
        ("2026-11-02 23:00", 60, "2026-11-02 17:00"),
        ("2026-11-08 12:00", 540, "2026-11-06 09:00"),
        ("2026-10-08 10:00", 120, "2026-09-30 17:00"),
    ],
)
def test_business_time_is_counted_backwards_over_nights_and_days_off(until, minutes, since):
    assert before_business_minutes(china(until), minutes, Hours()) == china(since)


def test_a_version_knows_whether_it_acts_by_the_time(world):
    plain, acting = publish(edited()), publish(edited(timed("due_soon", 5, stage="waiting")))
    for version, is_timed in ((plain, False), (acting, True)):
        version.refresh_from_db()
        assert version.timed is is_timed
