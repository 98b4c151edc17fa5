"""A press acts once in every flow, only where it may, and says yes only to who said it."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from common import clock
from integrations.models import Connection, InboundEvent, SentCard
from tests.integrations.connected import work
from tests.integrations.test_accept_button import accepted_times, card, pressed, stage_of, told
from tests.workorders.walking import step
from tests.workorders.world import tomorrow
from workorders.flow import read_flow
from workorders.flow_versions import presets
from workorders.models import FlowVersion, WorkOrder
from workorders.visit_path import is_undecided

__all__ = ["told"]


def with_a_call() -> dict[str, Any]:
    """A company's own flow: who accepted calls the customer before setting out."""
    body = copy.deepcopy(presets()["installation"])
    body["key"] = "own"
    keys = [stage["key"] for stage in body["stages"]]
    called = {**body["stages"][keys.index("accepted")], "key": "called", "name": "已联系客户"}
    body["stages"].insert(keys.index("accepted") + 1, called)
    call = {"key": "call", "name": "联系客户", "from": "accepted", "to": "called"}
    body["transitions"].append({**call, "roles": ["installer"]})
    return body


@pytest.fixture
def called_first(told: WorkOrder) -> WorkOrder:
    own = FlowVersion.objects.get(pk=told.flow_version_id)
    own.pk, own.key, own.body = None, "own", with_a_call()
    own.save(force_insert=True)
    WorkOrder.objects.filter(pk=told.pk).update(flow_version=own)
    return told


@pytest.mark.parametrize("at", [1700000000, 1700000009])
def test_a_second_press_goes_no_further_in_a_flow_of_several_assigned_stages(
    connected, called_first, at
):
    assert pressed(connected) == "已接单"
    assert pressed(connected, at=at) == "已接单"
    assert stage_of(called_first) == "accepted"


def test_an_order_is_undecided_in_the_first_of_several_assigned_stages_alone():
    flow = read_flow(with_a_call())
    assert [s.key for s in flow.stages if is_undecided(flow, s.key)] == ["assigned"]


def test_a_repetition_after_the_order_came_back_does_not_accept_it_again(connected, told):
    assert pressed(connected) == "已接单"
    WorkOrder.objects.filter(pk=told.pk).update(stage="assigned")
    assert pressed(connected) == "请查看工单"
    assert (stage_of(told), accepted_times(told)) == ("assigned", 1)


def test_a_press_to_a_connection_that_is_switched_off_is_kept_and_does_nothing(connected, told):
    Connection.objects.filter(platform="wecom").update(is_active=False)
    assert pressed(connected) == ""
    assert stage_of(told) == "assigned"
    kept = InboundEvent.objects.get(source="callback")
    assert (kept.state, kept.error) == ("ignored", "这个连接已关闭")


def test_a_press_the_flow_refuses_is_kept_and_says_so(connected, told):
    me = connected.world.installer.user_id
    User.objects.filter(pk=me).update(role="dispatcher")
    assert pressed(connected) == "已不归您"
    assert stage_of(told) == "assigned"
    assert InboundEvent.objects.get(source="callback").state == "done"


def test_a_press_on_an_order_on_hold_claims_no_acceptance(connected, told):
    dispatcher = connected.world.dispatcher
    step(told, "hold", dispatcher, reason="缺件", next_contact_at=tomorrow()[0])
    assert pressed(connected) == "请查看工单"
    assert (stage_of(told), accepted_times(told)) == ("on_hold", 0)


def test_an_order_the_office_takes_off_hold_asks_by_a_card_of_its_own(connected, told):
    dispatcher, first = connected.world.dispatcher, card(connected)["task_id"]
    assert pressed(connected) == "已接单"
    for _time in range(2):
        step(told, "hold", dispatcher, reason="缺件", next_contact_at=tomorrow()[0])
        with clock.moved_to(clock.now() + timedelta(seconds=accepted_times(told))):
            step(told, "give_back", dispatcher)
        work()
        assert card(connected)["task_id"] != first
        assert stage_of(told) == "assigned"
        assert pressed(connected, at=1700000100 + accepted_times(told)) == "已接单"
    assert (stage_of(told), accepted_times(told)) == ("accepted", 3)
    assert SentCard.objects.filter(state="sent").count() == 3


def test_nobody_is_asked_again_by_card_who_accepted_meanwhile(connected, told):
    pressed(connected)
    step(told, "hold", connected.world.dispatcher, reason="缺件", next_contact_at=tomorrow()[0])
    step(told, "give_back", connected.world.dispatcher)
    step(told, "accept", connected.world.installer.user)
    work()
    assert SentCard.objects.count() == 1
