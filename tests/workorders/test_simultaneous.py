"""Many at once: the database decides, and everybody else is told."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from common import clock
from common.errors import Refused
from common.outbox.models import PublicNote
from customers.models import Customer
from tests.workorders.own_flows import edited, publish
from tests.workorders.walking import assign, step
from tests.workorders.world import open_order, photo, service_line, shop_order
from workorders.flow.moving import proposed_stages
from workorders.flow_versions import read_version
from workorders.models import Evidence, FlowSwitch, ShopOrder, WorkOrder
from workorders.services.intake import take_in
from workorders.services.moving import go_on_moving, start_move
from workorders.services.photos import add_photo
from workorders.services.progress import assign_installer
from workorders.services.switching import switch_on

pytestmark = pytest.mark.commits


def at_once(tenant, jobs):
    """Run the jobs in threads that start together; returns values and refusal codes."""
    gate = Barrier(len(jobs))

    def run(job):
        connection.set_tenant(tenant)
        try:
            gate.wait()
            return job()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_twenty_parallel_repeats_of_one_order_open_one_work_order(tenant, world):
    facts = shop_order()
    results = at_once(tenant, [lambda: take_in(facts, sold_by=world.shop)] * 20)
    assert len({result.order_id for result in results}) == 1
    assert sum(len(result.opened) for result in results) == 1
    assert (ShopOrder.objects.count(), WorkOrder.objects.count()) == (1, 1)
    assert (Customer.objects.count(), PublicNote.objects.count()) == (1, 1)


def test_parallel_orders_get_numbers_without_gap_or_twin_and_one_customer(tenant, world):
    orders = [shop_order(service_line(), number=f"E{n}") for n in range(12)]
    at_once(tenant, [lambda facts=facts: take_in(facts, sold_by=world.shop) for facts in orders])
    ends = sorted(int(number[-4:]) for number in WorkOrder.objects.values_list("number", flat=True))
    assert ends == list(range(1, 13))
    assert Customer.objects.count() == 1


def test_of_two_assignments_at_once_one_wins_and_the_other_reads_who(tenant, world):
    order = open_order(world)
    found = at_once(
        tenant,
        [
            lambda who=who: (
                assign_installer(
                    order_id=order.pk, installer=who, actor=world.dispatcher
                ).installer_id
            )
            for who in (world.installer, world.other_installer)
        ],
    )
    order.refresh_from_db()
    assert Counter(found) == Counter({order.installer_id: 1, "order.taken": 1})


def test_of_two_different_moves_at_once_the_later_finds_another_stage(tenant, world):
    order = assign(open_order(world), world)
    found = at_once(
        tenant,
        [
            lambda: step(order, "accept", world.installer.user).stage,
            lambda: step(order, "decline", world.installer.user, reason="太远").stage,
            lambda: step(order, "accept", world.installer.user).stage,
        ],
    )
    order.refresh_from_db()
    assert found.count("accepted") <= 1
    assert order.stage in ("accepted", "waiting")
    assert order.stage in found


def test_an_order_moved_to_another_version_while_it_goes_on_keeps_both(tenant, world):
    order = assign(open_order(world), world)
    old, new = order.flow_version, publish(edited({"op": "limits", "percent": 50}))
    stages = proposed_stages(read_version(old), read_version(new))
    move = start_move(old=old, new=new, stages=stages, actor=world.admin)
    at_once(
        tenant,
        [
            lambda: go_on_moving(move_id=move.pk, after=0),
            lambda: step(order, "accept", world.installer.user).stage,
            lambda: go_on_moving(move_id=move.pk, after=0),
        ],
    )
    order.refresh_from_db()
    move.refresh_from_db()
    stay = order.stays.get(left_at=None)
    assert (order.stage, order.flow_version, move.moved) == ("accepted", new, 1)
    assert (stay.stage, stay.flow_version) == ("accepted", new)


def test_of_two_moves_begun_at_once_one_runs(tenant, world):
    old, new = open_order(world).flow_version, publish(edited({"op": "limits", "percent": 50}))
    stages = proposed_stages(read_version(old), read_version(new))
    begin = partial(start_move, old=old, new=new, stages=stages, actor=world.admin)
    found = at_once(tenant, [lambda: begin().state] * 2)
    assert Counter(found) == Counter(["running", "move.running"])


def test_of_two_who_switch_one_mode_on_at_once_one_does(tenant, world):
    publish(edited(), variant="storm", applies={"on_demand": True})
    start = clock.now()
    begin = partial(
        switch_on,
        modes=[("installation", "storm")],
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        reason="台风",
        actor=world.admin,
    )
    found = at_once(tenant, [lambda: len(begin())] * 4)
    assert Counter(found) == Counter([1, *["switch.again"] * 3])
    assert FlowSwitch.objects.count() == 1


def test_thirty_photos_of_one_order_at_once_are_all_kept(tenant, world):
    order, me = assign(open_order(world), world), world.installer.user
    adds = [
        partial(add_photo, order_id=order.pk, upload=photo(8 * n), actor=me, seq=1, label=f"图{n}")
        for n in range(30)
    ]
    found = at_once(tenant, [lambda add=add: add().label for add in adds])
    assert sorted(found) == sorted(f"图{n}" for n in range(30))
    kept = Evidence.objects.filter(work_order=order)
    assert {each.label: each.file.size > 0 for each in kept} == dict.fromkeys(found, True)


def test_of_two_orders_that_get_one_photo_at_once_one_is_flagged(tenant, world):
    orders = [assign(open_order(world, shop_order(number=f"P{n}")), world) for n in range(4)]
    me = world.installer.user
    adds = [partial(add_photo, order_id=each.pk, upload=photo(7), actor=me) for each in orders]
    found = at_once(tenant, [lambda add=add: add().duplicate_of_id for add in adds])
    assert found.count(None) == 1
    assert len(set(found)) == 2
