"""Requests for leave as the desk sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from dispatch.bookings import bookings
from dispatch.rosters.leave_reading import open_leave_requests, visible_leave_requests
from dispatch.rosters.reading import shifts_between

if TYPE_CHECKING:
    from accounts.models import User
    from dispatch.bookings import Booking
    from dispatch.models import LeaveRequest

MOST_OPEN = 60
_ANSWERED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the visits and shifts that lie in its days."""

    request: LeaveRequest
    days: int
    visits: list[Booking]
    shifts: int


@dataclass(frozen=True, slots=True)
class LeaveDesk:
    """What waits, the oldest first, and what was answered last; `more` wait beyond those shown."""

    open: list[Asked]
    more: int
    answered: list[LeaveRequest]


def leave_desk(*, actor: User) -> LeaveDesk:
    """Return the page; its queries do not depend on how many requests wait."""
    waiting = open_leave_requests(actor=actor)
    rows = list(waiting[:MOST_OPEN])
    more = max(0, waiting.count() - len(rows)) if len(rows) == MOST_OPEN else 0
    answered = (
        visible_leave_requests(actor=actor)
        .filter(decided_at__isnull=False)
        .order_by("-decided_at")[:_ANSWERED]
    )
    if not rows:
        return LeaveDesk([], 0, list(answered))
    first, last = min(row.starts_on for row in rows), max(row.ends_on for row in rows)
    ids = {row.installer_id for row in rows}
    booked = bookings(ids, [first, last])
    shifts = shifts_between(ids, first, last, published=True)
    found = []
    for row in rows:
        since, until = clock.day_span(row.starts_on)[0], clock.day_span(row.ends_on)[1]
        mine = booked.get(row.installer_id, [])
        found.append(
            Asked(
                row,
                (row.ends_on - row.starts_on + timedelta(days=1)).days,
                [each for each in mine if each.active and each.overlaps(since, until)],
                sum(
                    each.installer_id == row.installer_id
                    and row.starts_on <= each.day <= row.ends_on
                    for each in shifts
                ),
            )
        )
    return LeaveDesk(found, more, list(answered))
