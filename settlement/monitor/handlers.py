"""Counts every few minutes, looks for drift once a day."""

from __future__ import annotations

from common import clock
from common.outbox import scheduled
from settlement.monitor.alarms import raise_alarms
from settlement.monitor.counting import count_hits

COUNT_EVERY_S = 300
LOOK_EVERY_S = 86_400


@scheduled("settlement.count-rule-hits", every_s=COUNT_EVERY_S)
def count_what_was_settled() -> None:
    """Bring the counts of changed days up to date."""
    count_hits()


@scheduled("settlement.rule-drift", every_s=LOOK_EVERY_S)
def look_for_drift() -> None:
    """Count first, then compare."""
    count_hits()
    raise_alarms(on=clock.business_day())
