"""The answer to a move says when an order has left the phone, whatever the company calls its moves."""

import pytest

from tests.workorders.own_flows import another, edited, publish
from tests.workorders.test_phone import post, url
from tests.workorders.walking import arrive, assign, prove, step
from tests.workorders.world import tomorrow


@pytest.fixture
def renamed(world):
    """An order on site, of a flow that calls the end of the work something else."""
    body = edited()
    for way in body["transitions"]:
        if way["key"] == "complete":
            way["key"] = "wrap_up"
    publish(body)
    order = arrive(another(world), world)
    prove(order, world)
    return order


def test_the_end_of_the_work_is_told_by_what_it_means(client, world, renamed):
    client.force_login(world.installer.user)
    answer = post(client, url("job-move", renamed, "wrap_up")).json()
    assert answer["over"] == renamed.number


def test_a_move_on_the_way_leaves_the_order_on_the_phone(client, world):
    order = assign(another(world), world)
    client.force_login(world.installer.user)
    assert "over" not in post(client, url("job-move", order, "accept")).json()


def test_an_order_that_was_given_back_has_left(client, world):
    order = assign(another(world), world)
    client.force_login(world.installer.user)
    answer = post(client, url("job-move", order, "decline"), reason="太远").json()
    assert answer["over"] == order.number


def test_an_order_that_waits_stays(client, world):
    order = arrive(another(world), world)
    step(order, "hold", world.installer.user, reason="缺件", next_contact_at=tomorrow()[0])
    client.force_login(world.installer.user)
    assert "over" not in post(client, url("job-move", order, "resume")).json()
