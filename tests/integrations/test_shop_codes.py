"""The code a Tmall buyer tells the installer: verified by the platform, once, refusals in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from common.errors import Refused
from integrations.simulators import trade
from integrations.simulators.faults import Fault
from integrations.simulators.top_card import Card
from tests.integrations.connected import TMALL, Connected, bought
from tests.workorders.own_flows import edited, publish
from tests.workorders.walking import arrive, complete, leave, step
from tests.workorders.world import open_order
from workorders.models import WorkOrder
from workorders.services.shop_codes import is_verified


@pytest.fixture
def visit(connected: Connected) -> WorkOrder:
    """An order of a Tmall shop on whose site the installer is."""
    order = arrive(bought(connected, TMALL), connected.world)
    connected.client.force_login(connected.world.installer.user)
    return order


def card_of(connected: Connected, order: WorkOrder) -> Card:
    cards = connected.platforms.top.cards.cards(connected.shop(TMALL))
    return next(card for card in cards if card.order.number == order.line.order.number)


def enter(connected: Connected, order: WorkOrder, code: str) -> Any:
    address = reverse("integrations-phone:shop-code", args=[order.number])
    return connected.client.post(address, {"code": code})


def test_the_right_code_is_verified_at_the_platform_and_noted_on_the_order(connected, visit):
    card = card_of(connected, visit)
    page = connected.client.get(reverse("workorders-phone:job", args=[visit.number]))
    assert "天猫" in page.content.decode()
    answer = enter(connected, visit, f" {card.code[:3]} {card.code[3:]}")
    assert answer.status_code == 302
    assert card.identified
    assert is_verified(visit)
    again = enter(connected, visit, card.code)
    assert again.status_code == 200 or again.status_code == 409
    assert visit.timeline.filter(code="shop_code").count() == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("000000", "核销码不对"),
        ("", "4 到 12 位"),
        ("12ab", "4 到 12 位"),
        ("1" * 13, "4 到 12 位"),
    ],
)
def test_a_wrong_code_is_refused_in_words_and_stays_typed(connected, visit, code, words):
    answer = enter(connected, visit, code)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{code}"' in answer.content.decode()
    assert not is_verified(visit)


def test_a_service_that_was_refunded_meanwhile_is_named(connected, visit):
    card = card_of(connected, visit)
    trade.refund_order(connected.platforms.world, connected.shop(TMALL), card.order)
    answer = enter(connected, visit, card.code)
    assert answer.status_code == 422
    assert "取消" in answer.content.decode()
    assert not is_verified(visit)


def test_a_platform_that_does_not_answer_uses_no_code_up(connected, visit):
    card = card_of(connected, visit)
    connected.platforms.world.faults.add(Fault("isp", "", times=20, operation=""))
    answer = enter(connected, visit, card.code)
    assert answer.status_code == 503
    assert "稍后" in answer.content.decode() or "分钟" in answer.content.decode()
    assert not card.identified
    assert not is_verified(visit)


def test_wrong_codes_are_counted_per_order(connected, visit):
    codes = [enter(connected, visit, "000000").status_code for _try in range(11)]
    assert codes == [422] * 10 + [429]


def test_orders_of_other_channels_and_of_others_have_no_such_page(connected, visit):
    other = arrive(open_order(connected.world), connected.world)
    assert enter(connected, other, "123456").status_code == 404
    connected.client.force_login(connected.world.other_installer.user)
    assert enter(connected, visit, "123456").status_code == 404


CODED = {
    "op": "way", "stage": "on_site", "way": "complete", "add_guards": ["shop_code_verified"],
}  # fmt: skip


def test_a_flow_may_wait_for_the_code_of_shops_that_have_one(connected):
    publish(edited(CODED))
    order = arrive(bought(connected, TMALL), connected.world)
    with pytest.raises(Refused) as refused:
        leave(order, connected.world)
    assert "核销码" in str(refused.value)
    connected.client.force_login(connected.world.installer.user)
    enter(connected, order, card_of(connected, order).code)
    assert step(order, "complete", connected.world.installer.user).stage == "in_review"


def test_an_order_of_a_shop_without_codes_does_not_wait_for_one(connected):
    publish(edited(CODED))
    assert complete(open_order(connected.world), connected.world).stage == "in_review"
