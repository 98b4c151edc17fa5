"""What a flow wants the customer to know is told by the office, which notes when and how."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.outbox import drain
from tests.workorders.own_flows import order_with
from workorders.flow_choices import FlowChoices
from workorders.flow_trigger_words import trigger_words
from workorders.models import CustomerTold, FiredAction, StaffNotice
from workorders.question_links import question_rows
from workorders.services.told import note_told
from workorders.timeline import sentence
from workorders.to_tell import to_tell

TELL = {"action": "notify", "to": "customer", "text": "师傅明天上门，单号 {number}"}
ASK = {"action": "ask_customer", "text": "可以用替代件吗？"}
TRIGGER = {"key": "t", "on": "entered", "stage": "waiting", "do": [TELL, ASK]}


@pytest.fixture
def order(world):
    order = order_with(world, {"op": "trigger", "trigger": TRIGGER})
    drain(strict=True)
    return order


def rows(order):
    return to_tell(order, question_rows(order))


def tell(order, world, row, **more):
    said = {"channel": "phone", "told_at": None, **more}
    return note_told(order_id=order.pk, what=row.what, pk=row.pk, actor=world.dispatcher, **said)


def test_what_is_to_be_told_stands_on_the_order_until_somebody_says_how_and_when(
    world, order, client
):
    notice, question = rows(order)
    assert notice.text == f"师傅明天上门，单号 {order.number}"
    assert (question.what, question.text) == ("question", "可以用替代件吗？")
    client.force_login(world.dispatcher)
    page = reverse("workorders:order-detail", args=[order.number])
    assert 'id="to-tell"' in client.get(page).content.decode()
    address = reverse("workorders:customer-told", args=[order.number])
    said = {"what": "action", "pk": notice.pk, "channel": "wechat", "told_at": ""}
    assert client.post(address, said).status_code == 302
    told = CustomerTold.objects.get()
    assert (told.action_id, told.channel, told.told_by) == (notice.pk, "wechat", world.dispatcher)
    shown = client.get(page).content.decode()
    assert "通过微信" in shown
    assert [row.told is not None for row in rows(order)] == [False, True]
    event = order.timeline.get(code="told_customer_wechat")
    assert order.number in sentence(event)
    for wrong in ({**said, "channel": "smoke"}, {**said, "pk": 0}, {**said, "told_at": "gestern"}):
        assert client.post(address, wrong).status_code == 422


def test_once_told_nobody_is_reminded_of_it_and_a_second_time_changes_nothing(world, order):
    waiting = StaffNotice.objects.filter(work_order=order, seen_at=None)
    assert set(waiting.values_list("code", flat=True)) >= {"tell_customer", "ask_customer"}
    notice, question = rows(order)
    first = tell(order, world, notice)
    assert not waiting.filter(code="tell_customer").exists()
    assert waiting.filter(code="ask_customer").exists()
    assert tell(order, world, notice, channel="here") == first
    tell(order, world, question, channel="message")
    assert not waiting.filter(code="ask_customer").exists()
    assert CustomerTold.objects.count() == 2


def test_a_time_that_cannot_be_and_a_thing_that_is_not_there_are_refused(world, order):
    notice, _question = rows(order)
    for at in (clock.now() + timedelta(hours=1), order.created_at - timedelta(hours=1)):
        with pytest.raises(Refused) as refused:
            tell(order, world, notice, told_at=at)
        assert refused.value.code == "told.time"
    with pytest.raises(Refused) as refused:
        note_told(
            order_id=order.pk, what="question", pk=notice.pk + 999, channel="phone",
            told_at=None, actor=world.dispatcher,
        )  # fmt: skip
    assert refused.value.code == "told.unknown"
    assert FiredAction.objects.filter(told__isnull=False).count() == 0


def test_the_builder_says_that_the_office_tells_the_customer(world):
    words = trigger_words(TRIGGER, FlowChoices(None))
    assert "请办公室告知客户" in words
    assert "请办公室向客户发送问题" in words
