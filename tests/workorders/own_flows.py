"""Flows of a company's own, published for one test, and orders that follow them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from common import clock
from tests.workorders.world import World, open_order, service_line, shop_order
from workorders.flow import read_flow
from workorders.flow.editing import Edit, apply_edits
from workorders.flow_versions import presets
from workorders.models import FlowVersion, WorkOrder

_numbers = count(1)


def edited(*edits: Edit, of: str = "installation") -> dict[str, Any]:
    """The body of a preset after edits."""
    return apply_edits(presets()[of], edits, {})


def publish(
    body: Mapping[str, Any], *, variant: str = "", applies: Mapping[str, Any] | None = None
) -> FlowVersion:
    """Publish a body as the next version of its flow, or of a variant of it."""
    read_flow(body)
    last = FlowVersion.objects.filter(key=body["key"], variant=variant).order_by("number").last()
    return FlowVersion.objects.create(
        key=body["key"],
        variant=variant,
        number=last.number + 1 if last else 1,
        name=body["name"],
        body=dict(body),
        applies=dict(applies or {}),
        published_at=clock.now(),
    )


def order_with(world: World, *edits: Edit, of: str = "installation", **facts: Any) -> WorkOrder:
    """Publish a preset with edits and open an order that follows it."""
    publish(edited(*edits, of=of))
    return another(world, of=of, **facts)


def another(world: World, *, of: str = "installation", **facts: Any) -> WorkOrder:
    """Open one more order, of the item whose flow it is."""
    code = {"installation": "SVC-AC", "repair": "SVC-FIX"}[of]
    line = service_line(outer_item_id=code)
    return open_order(world, shop_order(line, number=f"F{next(_numbers)}", **facts))
