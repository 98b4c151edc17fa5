"""Taking shop orders in: once each, whatever comes twice, late or changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from common.outbox.models import PublicNote
from network.geo import haversine_m
from tests.workorders.world import (
    CHENGDU,
    HANGZHOU,
    goods_line,
    open_order,
    service_line,
    shop_order,
)
from workorders.flow import Meaning
from workorders.intake_facts import RefundState, Secrecy, ShopOrderStatus
from workorders.models import ShopOrder, ShopOrderLine, TimelineEvent, WorkOrder
from workorders.services.intake import take_in

PARTS = "opened", "changed", "cancelled", "unmapped"


def counts(result):
    return {name: len(found) for name in PARTS if (found := getattr(result, name))}


def codes(order):
    return list(order.timeline.order_by("pk").values_list("code", flat=True))


def test_a_service_line_opens_one_work_order_with_its_four_places(world):
    order = open_order(world)
    assert order.number.startswith("WO-")
    assert order.number.endswith("-0001")
    assert order.meaning == Meaning.WAITING.value
    assert (order.sold_by, order.site_region, order.served_by, order.settled_by) == (
        world.shop,
        world.hangzhou,
        None,
        world.east,
    )
    assert (order.quantity, order.paid_fen, order.price_included) == (1, 28_000, False)
    assert order.due_at == order.stage_since + timedelta(minutes=60)
    assert codes(order) == ["opened"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((service_line("1"), service_line("2")), {"opened": 2}),
        ((service_line(quantity=3),), {"opened": 1}),
        ((goods_line(),), {"opened": 1}),
        ((goods_line("G"), service_line(serves_line_id="G")), {"opened": 1}),
        ((goods_line("G"), service_line()), {"opened": 1}),
        ((goods_line(outer_item_id="OTHER"),), {}),
        ((service_line(outer_item_id="GIFT"),), {}),
        ((service_line(outer_item_id="NEW"),), {"unmapped": 1}),
        ((service_line(outer_item_id="SVC-AC", outer_sku_id="NEW"),), {"opened": 1}),
        ((service_line(refund_state=RefundState.ASKED),), {}),
        ((service_line(refund_state=RefundState.REFUNDED, refund_fen=28_000),), {}),
    ],
)
def test_only_service_lines_open_work_orders(world, lines, expected):
    assert counts(take_in(shop_order(*lines), sold_by=world.shop)) == expected


def test_goods_that_include_installation_earn_the_price_list(world):
    order = open_order(world, shop_order(goods_line()))
    assert (order.price_included, order.paid_fen) == (True, 0)


def test_the_same_order_again_changes_nothing(world):
    first = take_in(shop_order(), sold_by=world.shop)
    before = list(TimelineEvent.objects.values_list("pk", flat=True))
    again = take_in(shop_order(), sold_by=world.shop)
    assert again.order_id == first.order_id
    assert counts(again) == {}
    assert WorkOrder.objects.count() == 1
    assert list(TimelineEvent.objects.values_list("pk", flat=True)) == before


def test_an_older_version_that_comes_late_is_ignored(world):
    take_in(shop_order(version=200, status=ShopOrderStatus.CLOSED), sold_by=world.shop)
    late = take_in(shop_order(version=100), sold_by=world.shop)
    assert counts(late) == {}
    assert ShopOrder.objects.get().status == "closed"
    assert not WorkOrder.objects.exists()


@pytest.mark.parametrize("status", [ShopOrderStatus.UNPAID, ShopOrderStatus.DEPOSIT_PAID])
def test_a_line_waits_for_its_payment_and_opens_then(world, status):
    waiting = take_in(shop_order(status=status), sold_by=world.shop)
    assert counts(waiting) == {}
    assert ShopOrderLine.objects.get().state == "waiting"
    paid = take_in(shop_order(version=101), sold_by=world.shop)
    assert counts(paid) == {"opened": 1}


def test_a_withdrawn_refund_lets_the_line_open(world):
    take_in(shop_order(service_line(refund_state=RefundState.ASKED)), sold_by=world.shop)
    assert counts(take_in(shop_order(version=101), sold_by=world.shop)) == {"opened": 1}


@pytest.mark.parametrize(
    "ending",
    [
        {"status": ShopOrderStatus.CLOSED},
        {"lines": (service_line(refund_state=RefundState.REFUNDED, refund_fen=28_000),)},
        {"lines": (service_line("another"),)},
    ],
)
def test_an_ended_line_cancels_its_work_order_once_and_never_opens_a_second(world, ending):
    order = open_order(world)
    ended = take_in(replace(shop_order(version=101), **ending), sold_by=world.shop)
    assert ended.cancelled == [order.pk]
    order.refresh_from_db()
    assert order.meaning == Meaning.CANCELLED.value
    assert "shop_cancelled" in codes(order)
    again = take_in(replace(shop_order(version=102), **ending), sold_by=world.shop)
    assert again.cancelled == []
    back = take_in(shop_order(version=103), sold_by=world.shop)
    assert back.opened == []
    assert ShopOrderLine.objects.get(line_id="L1").work_order == order


def test_a_partial_refund_keeps_the_work_and_notes_the_money(world):
    order = open_order(world)
    line = service_line(refund_state=RefundState.REFUNDED, refund_fen=3_000)
    assert take_in(shop_order(line, version=101), sold_by=world.shop).changed == [order.pk]
    order.refresh_from_db()
    assert (order.meaning, order.paid_fen, order.line.refunded_fen) == ("WAITING", 28_000, 3_000)
    assert codes(order)[-1] == "shop_refunded"


def test_a_changed_address_moves_region_branch_and_keeps_the_work_order(world):
    order = open_order(world)
    moved = take_in(shop_order(version=101, receiver=CHENGDU), sold_by=world.shop)
    assert moved.changed == [order.pk]
    order.refresh_from_db()
    assert order.site_region.name == "成都"
    assert order.settled_by == world.west
    assert "shop_address" in codes(order)


def test_changed_quantity_and_amount_reach_the_open_work_order(world):
    order = open_order(world)
    line = service_line(quantity=2, paid_fen=52_000)
    take_in(shop_order(line, version=101), sold_by=world.shop)
    order.refresh_from_db()
    assert (order.quantity, order.paid_fen) == (2, 52_000)
    assert codes(order)[1:] == ["shop_quantity", "shop_paid"]


def test_after_completion_the_address_stays_and_money_follows_with_an_alert(world):
    order = open_order(world)
    WorkOrder.objects.filter(pk=order.pk).update(completed_at=order.created_at, meaning="IN_REVIEW")
    changed = shop_order(service_line(paid_fen=1), version=101, receiver=CHENGDU)
    take_in(changed, sold_by=world.shop)
    take_in(replace(changed, version=102), sold_by=world.shop)
    order.refresh_from_db()
    assert (order.paid_fen, order.site_region) == (1, world.hangzhou)
    alerts = order.timeline.filter(kind="alert", code="after_completion")
    assert alerts.count() == 2


def test_one_usage_note_a_work_order_however_often_it_comes(world):
    take_in(shop_order(service_line("1"), service_line("2")), sold_by=world.shop)
    take_in(shop_order(service_line("1"), service_line("2"), version=101), sold_by=world.shop)
    assert PublicNote.objects.filter(topic="usage").count() == 2


def test_a_baidu_position_is_stored_in_wgs84_beside_the_original(world):
    address = open_order(world).address
    assert address.precision == "exact"
    assert address.datum == "bd09"
    point = (float(address.lon), float(address.lat))
    original = (float(address.original_lon), float(address.original_lat))
    assert 500 < haversine_m(point, original) < 1_500


def test_without_a_position_the_district_centre_stands_for_the_site(world):
    order = open_order(world, shop_order(receiver=replace(HANGZHOU, position=None)))
    assert order.address.precision == "district"
    assert order.address.lon is not None


def test_an_address_nobody_can_place_still_opens_its_work_order(world):
    nowhere = replace(HANGZHOU, province="", city="", district="", detail="老地方", position=None)
    order = open_order(world, shop_order(receiver=nowhere))
    assert order.address.precision == "none"
    assert (order.site_region, order.settled_by) == (None, None)


def test_ciphertext_is_kept_and_a_decrypted_contact_is_recognised_again(world):
    secret = replace(
        HANGZHOU,
        phone="$abc$1$",
        phone_secrecy=Secrecy.CIPHER,
        name="王*",
        name_secrecy=Secrecy.MASKED,
        cipher_key="oaid",
    )
    order = open_order(world, shop_order(receiver=secret))
    assert (order.contact.phone, order.contact.phone_cipher) == ("", "$abc$1$")
    contact = order.contact
    contact.phone = "13712345678"
    contact.save()
    assert take_in(shop_order(receiver=secret, version=101), sold_by=world.shop).changed == []
