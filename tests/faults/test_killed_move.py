"""A worker killed while running orders are moved: each is moved once."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from tests.faults.processes import eventually, kill_group
from tests.faults.test_killed_recompute import somebody_waits_for_a_lock
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.world import make_world
from workorders.flow.moving import proposed_stages
from workorders.flow_versions import read_version
from workorders.models import FlowMove, TimelineEvent, WorkOrder
from workorders.services.moving import start_move

pytestmark = pytest.mark.commits


def test_running_orders_are_moved_once_whatever_is_killed(parts, own_database):
    world = make_world()
    orders = [another(world) for _n in range(4)]
    old, new = orders[0].flow_version, publish(edited({"op": "limits", "percent": 50}))
    stages = proposed_stages(read_version(old), read_version(new))
    with psycopg.connect(own_database["DATABASE_OWNER_URL"]) as blocker:
        # The last order is held: the others are moved, and nothing is committed.
        blocker.execute("SELECT set_config('search_path', %s, false)", [connection.schema_name])
        blocker.execute(
            "SELECT 1 FROM workorders_workorder WHERE id = %s FOR UPDATE", [orders[-1].pk]
        )
        move = start_move(old=old, new=new, stages=stages, actor=world.admin)
        worker = parts.worker()
        parts.relay()
        eventually(somebody_waits_for_a_lock, parts)
        kill_group(worker)
        assert not WorkOrder.objects.filter(flow_version=new).exists()
    parts.worker()
    eventually(lambda: FlowMove.objects.get(pk=move.pk).state == FlowMove.State.DONE, parts)
    move.refresh_from_db()
    assert (move.moved, move.left) == (4, 0)
    assert TimelineEvent.objects.filter(code="flow_moved").count() == 4
