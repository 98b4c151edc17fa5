"""Working time as rules see it: split at China's midnights, with the kind of each day."""

from __future__ import annotations

from datetime import datetime, timedelta

from common import clock
from common.workdays import day_kind
from settlement.engine.facts import VisitPart

NIGHT_FROM, NIGHT_TO = 22, 6
"""Hours on a Chinese wall clock between which work that starts counts as night work."""


def visit_parts(start: datetime, end: datetime) -> tuple[VisitPart, ...]:
    """Split aware moments into one part per calendar day; no length counts as one minute."""
    begin, finish = clock.china(start), clock.china(max(end, start + timedelta(minutes=1)))
    parts: list[VisitPart] = []
    while begin < finish:
        day = begin.date()
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), clock.CHINA)
        stop = min(finish, midnight)
        at = begin.hour * 60 + begin.minute
        length = max(1, int((stop - begin).total_seconds()) // 60)
        parts.append(
            VisitPart(
                day.isoformat(), day.isoweekday(), day_kind(day), at, min(1440, at + length)
            )
        )  # fmt: skip
        begin = stop
    return tuple(parts)


def planned_visit(starts_at: datetime | None, minutes: int) -> tuple[VisitPart, ...] | None:
    """The visit as it can be foreseen; None (not known) while no window is agreed."""
    if starts_at is None:
        return None
    return visit_parts(starts_at, starts_at + timedelta(minutes=minutes))


def is_night(moment: datetime) -> bool:
    """Whether work that starts at the moment is night work."""
    hour = clock.china(moment).hour
    return hour >= NIGHT_FROM or hour < NIGHT_TO
