"""A new order's card has a button that says yes, and the press acts for who was told, once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.services.people import disable_user
from integrations.keys import Extra
from integrations.models import InboundEvent, SentCard
from integrations.strict_xml import child_text, load_xml
from tests.integrations.connected import CORP, YOUZAN, bought, member, work
from tests.integrations.test_wecom_callback import crypto, posted
from tests.workorders.walking import assign, step
from workorders.models import TimelineEvent, WorkOrder
from workorders.services.progress import assign_installer

PRESS = (
    "<xml><ToUserName>{corp}</ToUserName><FromUserName>{user}</FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType>event</MsgType>"
    "<Event>template_card_event</Event><EventKey>{key}</EventKey><TaskId>{task}</TaskId></xml>"
)


@pytest.fixture
def told(connected: Any) -> WorkOrder:
    """An order that was assigned to a member of the corp, and the card that said so."""
    connected.connect(CORP)
    member(connected)
    order = bought(connected, YOUZAN)
    assign(order, connected.world)
    work()
    return order


def card(connected: Any) -> dict[str, Any]:
    return connected.platforms.world.corps[CORP].messages[-1].content


def pressed(
    connected: Any, *, user: str = "li", key: str = "accept", task: str = "", at: int = 1700000000
) -> str:
    """Press a button of the last card; returns what is written over it, "" for nothing."""
    corp = connected.platforms.world.corps[CORP]
    task = task or card(connected)["task_id"]
    named = PRESS.format(corp=CORP, user=user, key=key, task=task, at=at)
    answer = posted(connected, named)
    assert answer.status_code == 200
    if not answer.content:
        return ""
    root = load_xml(answer.content)
    sealed = {"signature": "MsgSignature", "timestamp": "TimeStamp", "nonce": "Nonce"}
    parts = {name: child_text(root, tag) for name, tag in sealed.items()}
    inner = load_xml(crypto(corp).open_message(**parts, body=answer.content))
    assert (child_text(inner, "ToUserName"), child_text(inner, "FromUserName")) == (user, CORP)
    assert child_text(inner, "MsgType") == "update_button"
    return inner.findtext("Button/ReplaceName") or ""


def stage_of(order: WorkOrder) -> str:
    return WorkOrder.objects.get(pk=order.pk).stage


def accepted_times(order: WorkOrder) -> int:
    return TimelineEvent.objects.filter(work_order=order, params__key="accept").count()


def test_the_card_names_when_and_where_and_has_a_button_and_a_way_to_the_job(connected, told):
    shown = card(connected)
    assert shown["card_type"] == "button_interaction"
    accept, look = shown["button_list"]
    assert (accept["key"], accept["text"]) == ("accept", "接单")
    assert look["url"] == shown["card_action"]["url"]
    assert told.number in [row["value"] for row in shown["horizontal_content_list"]]


def test_who_presses_the_button_has_accepted_the_order(connected, told):
    assert stage_of(told) == "assigned"
    assert pressed(connected) == "已接单"
    assert stage_of(told) == "accepted"
    move = TimelineEvent.objects.get(work_order=told, params__key="accept")
    assert (move.actor_id, move.params["via"]) == (connected.world.installer.user_id, "wecom")
    assert InboundEvent.objects.get(source="callback").state == "done"


def test_a_press_that_comes_again_says_the_same_and_does_nothing(connected, told):
    assert [pressed(connected) for _ in range(3)] == ["已接单"] * 3
    assert accepted_times(told) == 1
    assert InboundEvent.objects.filter(source="callback").count() == 1


def test_a_press_after_the_job_page_was_used_changes_nothing(connected, told):
    step(told, "accept", connected.world.installer.user)
    assert pressed(connected) == "已接单"
    assert accepted_times(told) == 1


@pytest.mark.parametrize("who", ["wang", "stranger"])
def test_a_press_of_who_was_not_sent_the_card_does_nothing(connected, told, who):
    assert pressed(connected, user=who) == ""
    assert stage_of(told) == "assigned"
    assert InboundEvent.objects.get(source="callback").state == "ignored"


@pytest.mark.parametrize(
    ("key", "task"),
    [("decline", ""), ("accept", "assigned-1"), ("accept", "x"), ("accept", "settled-1-2-3")],
)
def test_a_button_that_no_card_of_ours_has_does_nothing(connected, told, key, task):
    assert pressed(connected, key=key, task=task) == ""
    assert stage_of(told) == "assigned"


def test_a_press_after_somebody_else_got_the_order_says_so(connected, told):
    task = card(connected)["task_id"]
    world = connected.world
    assign_installer(
        order_id=told.pk, installer=world.other_installer, actor=world.dispatcher, reason="忙"
    )
    assert pressed(connected, task=task) == "已不归您"
    assert stage_of(told) == "assigned"


def test_a_press_of_who_may_no_longer_sign_in_does_nothing(connected, told):
    disable_user(user_id=connected.world.installer.user_id, actor=connected.world.admin)
    assert pressed(connected) in ("", "已不归您")
    assert accepted_times(told) == 0


def test_without_an_address_for_presses_the_card_only_opens_the_job(connected):
    corp = connected.platforms.world.corps[CORP]
    connected.connect(CORP, extra=Extra(agent_id=str(corp.agent_id)))
    member(connected)
    assign(bought(connected, YOUZAN), connected.world)
    work()
    assert SentCard.objects.get().state == "sent"
    assert set(card(connected)) == {"title", "description", "url", "btntxt"}


def test_an_order_that_was_accepted_already_has_no_button(connected):
    connected.connect(CORP)
    member(connected)
    order = assign(bought(connected, YOUZAN), connected.world)
    step(order, "accept", connected.world.installer.user)
    work()
    assert "button_list" not in card(connected)
