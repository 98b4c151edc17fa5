"""What must always be true of what platforms told us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from common.clock import wall_now
from common.invariants import invariant
from integrations.models import InboundEvent

PATIENCE = timedelta(minutes=5)


@invariant("I10", "Every raw event is understood, put aside or younger than five minutes")
def events_are_worked_off() -> Iterator[str]:
    """New events that nobody has looked at for five minutes."""
    late = InboundEvent.objects.filter(
        state=InboundEvent.State.NEW, received_at__lt=wall_now() - PATIENCE
    )
    for pk, topic in late.values_list("pk", "topic"):
        yield f"event {pk} ({topic}) waits"
