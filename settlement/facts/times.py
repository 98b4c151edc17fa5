"""When an order was worked on: its visits, how soon they came, and how late for what was agreed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from settlement.visits import is_night, visit_parts
from workorders.visits import Visit, visits_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.models import Installer
    from settlement.engine.facts import VisitPart
    from workorders.crew import Part
    from workorders.models import Appointment, WorkOrder


class DoneTimes(NamedTuple):
    """The times of the facts: visits split at midnight, minutes, night work, times rescheduled."""

    parts: tuple[VisitPart, ...]
    work_min: int
    night: bool
    response_min: int | None
    delay_min: int
    reschedules: int


def done_times(
    order: WorkOrder,
    installer: Installer,
    completed_at: datetime,
    parts: Iterable[Part],
    *,
    visits: Sequence[Visit] | None = None,
) -> DoneTimes:
    """Return the times of a completed order; two queries. `visits` are others than the recorded.

    The time between two visits is nobody's work, and neither is the visit of somebody who had the
    order before and has no part of it. How soon and how late is the installer's own: from when they
    were given the order, and for the windows that had not passed by then.
    """
    visits = (visits_of(order) if visits is None else visits) or [
        Visit(None, min(order.started_at or completed_at, completed_at), completed_at)
    ]
    paid = {None, installer.pk, *(part.installer_id for part in parts)}
    worked = [
        each for each in visits if each.installer_id in paid and each.starts_at < each.ends_at
    ]
    worked = worked or [visits[-1]]
    since = order.assigned_at
    own = [
        each
        for each in visits
        if each.installer_id in (None, installer.pk) and (since is None or each.starts_at >= since)
    ]
    agreed = list(order.appointments.order_by("made_at", "pk"))
    return DoneTimes(
        parts=tuple(part for each in worked for part in visit_parts(each.starts_at, each.ends_at)),
        work_min=_minutes(sum((each.ends_at - each.starts_at for each in worked), timedelta())),
        night=any(is_night(each.starts_at) for each in worked),
        response_min=_minutes(own[0].starts_at - since) if own and since else None,
        delay_min=_delay(order, own, agreed),
        reschedules=sum(each.superseded for each in agreed),
    )


def _delay(order: WorkOrder, own: Sequence[Visit], agreed: Sequence[Appointment]) -> int:
    """The worst of the first visits for each agreed window; coming back for it is no delay.

    A window that was over when the installer was given the order is none they could keep.
    """
    first_for: dict[datetime, datetime] = {}
    for visit in own:
        ends_at = _window_end(order, agreed, visit.starts_at)
        if ends_at is not None and (order.assigned_at is None or order.assigned_at < ends_at):
            first_for.setdefault(ends_at, visit.starts_at)
    return max((_minutes(came - ends_at) for ends_at, came in first_for.items()), default=0)


def _window_end(order: WorkOrder, agreed: Sequence[Appointment], at: datetime) -> datetime | None:
    if not agreed:
        return order.window_ends_at
    window = _in_force(agreed, at)
    return window.ends_at if window else None


def _in_force(agreed: Sequence[Appointment], at: datetime) -> Appointment | None:
    """The window that was agreed at a moment; rows of before have no end: the next one ends them."""
    for n, each in reversed(list(enumerate(agreed))):
        if each.made_at > at:
            continue
        if not each.superseded:
            return each
        after = agreed[n + 1].made_at if n + 1 < len(agreed) else None
        ended_at = each.ended_at or after
        return each if ended_at is not None and ended_at > at else None
    return None


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds()) // 60)
