"""What the dashboards announce to themselves."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class RollupCheckAdvanced(Event):
    """The check of a night comes to the month that begins on a day (ISO)."""

    check_id: int
    month: str
