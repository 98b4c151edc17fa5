"""Hears what work orders announce, so that tests can count it."""

from __future__ import annotations

from common.outbox import subscribe
from common.outbox.models import OutboxRow
from workorders.events import (
    InstallerAskedAgain,
    InstallerAssigned,
    InstallerReleased,
    MilestoneReached,
    WorkOrderCancelled,
    WorkOrderChanged,
    WorkOrderCompleted,
    WorkOrderOpened,
    WorkOrderReopened,
)
from workorders.models import WorkOrder


@subscribe(WorkOrderOpened)
def opened(event: WorkOrderOpened) -> None:
    """Hear it."""


@subscribe(WorkOrderChanged)
def changed(event: WorkOrderChanged) -> None:
    """Hear it."""


@subscribe(InstallerAssigned)
def assigned(event: InstallerAssigned) -> None:
    """Hear it."""


@subscribe(InstallerAskedAgain)
def asked_again(event: InstallerAskedAgain) -> None:
    """Hear it."""


@subscribe(InstallerReleased)
def released(event: InstallerReleased) -> None:
    """Hear it."""


@subscribe(WorkOrderCompleted)
def completed(event: WorkOrderCompleted) -> None:
    """Hear it."""


@subscribe(WorkOrderReopened)
def reopened(event: WorkOrderReopened) -> None:
    """Hear it."""


@subscribe(WorkOrderCancelled)
def cancelled(event: WorkOrderCancelled) -> None:
    """Hear it."""


@subscribe(MilestoneReached)
def milestone(event: MilestoneReached) -> None:
    """Hear it."""


def heard(name: str, order: WorkOrder) -> int:
    """Return how often an event was announced for an order."""
    handler = f"{__name__}.{name}"
    return OutboxRow.objects.filter(handler=handler, payload__order_id=order.pk).count()
