"""The rail of an order is its own stages; the list one came from is gone through from it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from common import clock
from tests.workorders.own_flows import another, order_with
from tests.workorders.walking import arrive, assign, complete, step
from tests.workorders.world import open_order, photo
from workorders.detail import order_detail
from workorders.services.photos import add_photo
from workorders.services.progress import end_by_shop

CHECK = {
    "op": "insert",
    "block": {
        "key": "archive", "name": "归档", "way": "in", "after": "in_review",
        "stages": [{
            "key": "archive", "name": "财务归档", "meaning": "IN_REVIEW", "role": "finance",
            "department": "财务部", "sla_minutes": 120,
        }],
        "leave": {"name": "归档完成", "roles": ["finance"]},
    },
}  # fmt: skip


def states(order):
    return [(each.label, each.state) for each in order_detail(order).rail]


def test_the_rail_names_the_orders_own_stages_passed_and_ahead(world):
    order = assign(order_with(world, CHECK), world)
    steps = order_detail(order).rail
    assert [each.state for each in steps[:2]] == ["done", "now"]
    ahead = next(each for each in steps if each.label == "财务归档")
    assert (ahead.state, ahead.department) == ("", "财务部")
    assert ahead.how_long == "计划 2 小时"


def test_a_department_is_named_where_it_changes(world):
    order = assign(order_with(world, CHECK), world)
    named = [each.department for each in order_detail(order).rail if each.department]
    assert all(a != b for a, b in itertools.pairwise(named))


def test_an_order_on_hold_stands_on_the_rail(world):
    order = arrive(another(world), world)
    later = clock.now() + timedelta(days=2)
    step(order, "hold", world.installer.user, reason="缺件", next_contact_at=later)
    order.refresh_from_db()
    held = [each for each in order_detail(order).rail if each.is_here]
    assert [each.state for each in held] == ["held"]


def test_a_cancelled_order_ends_the_rail(world):
    order = arrive(another(world), world)
    end_by_shop(order_id=order.pk, reason="退款")
    order.refresh_from_db()
    assert states(order)[-1] == ("已取消", "cancelled")
    assert [state for _label, state in states(order)].count("cancelled") == 1


def test_a_stage_over_its_time_is_late_and_says_planned_and_actual(world):
    with clock.moved_to(clock.now() - timedelta(days=3)):
        order = open_order(world)
    (now,) = [each for each in order_detail(order).rail if each.is_here]
    assert now.state == "late"
    assert "/ 计划" in now.how_long


def test_an_order_that_is_done_has_passed_every_stage(world):
    order = complete(another(world), world)
    assert states(order)[0][1] == "done"
    assert [state for _label, state in states(order)].count("now") == 1


def test_the_first_and_last_photo_of_a_label_can_be_compared(world):
    order = arrive(another(world), world)
    me = world.installer.user
    for shade in (10, 60, 110):
        add_photo(order_id=order.pk, upload=photo(shade), actor=me, seq=1, label="墙面")
    add_photo(order_id=order.pk, upload=photo(160), actor=me, seq=1, label="铭牌")
    (pair,) = order_detail(order).comparisons
    shown = [each for each in order_detail(order).photos if each.label == "墙面"]
    assert (pair.label, pair.first.url, pair.last.url) == ("墙面", shown[0].url, shown[-1].url)


@pytest.mark.parametrize(("place", "before", "after"), [(0, None, 1), (1, 0, 2), (2, 1, None)])
def test_the_neighbours_in_the_list_one_came_from_are_one_key_away(
    client, world, place, before, after
):
    client.force_login(world.dispatcher)
    for _ in range(3):
        another(world)
    rows = client.get("/orders/").context["page"].rows
    numbers = [row.order.number for row in rows][:3]
    html = client.get(f"/orders/{numbers[place]}/").content.decode()
    assert ('data-key="["' in html) is (before is not None)
    for neighbour in (before, after):
        if neighbour is not None:
            assert f'href="/orders/{numbers[neighbour]}/"' in html


def test_who_came_from_no_list_has_no_neighbours(client, world):
    client.force_login(world.dispatcher)
    html = client.get(f"/orders/{another(world).number}/").content.decode()
    assert 'data-key="]"' not in html
