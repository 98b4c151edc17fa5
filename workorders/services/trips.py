"""Whether an order ended as an empty trip: noted when it does, taken back when work goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from workorders.facts import ENDED_EMPTY, NO, YES
from workorders.happened import happened
from workorders.models import SiteFact

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder


def end_empty(order: WorkOrder, actor: User | None) -> None:
    """Note that the locked order ends here without work."""
    _note(order, YES, actor)


def go_on(order: WorkOrder) -> None:
    """Work goes on after all; nothing happens to an order that did not end empty."""
    last = order.facts.filter(kind=ENDED_EMPTY).order_by("observed_at", "pk").last()
    if last is not None and last.value == YES:
        _note(order, NO, None)


def _note(order: WorkOrder, value: str, actor: User | None) -> None:
    SiteFact.objects.create(
        work_order=order,
        kind=ENDED_EMPTY,
        value=value,
        source="flow",
        observed_at=happened(order).at,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
