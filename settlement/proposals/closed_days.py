"""Days whose books are closed: rules touch them only as a correction that somebody ticks and explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused, refuse_unless
from settlement.models import StatementPeriod

if TYPE_CHECKING:
    from datetime import date


def closed_periods(start: date | None = None, end: date | None = None) -> list[StatementPeriod]:
    """Return the periods that are not open any more and have one of the days, the oldest first."""
    found = StatementPeriod.objects.exclude(state=StatementPeriod.State.OPEN)
    if start is not None:
        found = found.filter(ends_on__gte=start)
    if end is not None:
        found = found.filter(starts_on__lte=end)
    return list(found.order_by("starts_on"))


def refuse_closed(start: date, end: date | None, *, ticked: bool, reason: str) -> None:
    """Refuse days in closed periods, unless the version is said to correct them, and why."""
    inside = closed_periods(start, end)
    if not inside:
        return
    if not ticked:
        last = inside[-1]
        sentence = _(
            "%(period)s is locked: choose a first day after %(day)s, or tick that closed days are"
            " corrected"
        )
        raise Refused("terms.locked", sentence % {"period": last, "day": last.ends_on.isoformat()})
    refuse_unless(
        reason.strip(), "terms.closed_reason", _("Write down why closed days are corrected")
    )


def kept(start: date, end: date | None, reason: str) -> dict[str, Any]:
    """Return what a version keeps of the closed days it corrects; empty when it corrects none."""
    inside = closed_periods(start, end)
    if not inside:
        return {}
    return {"closed": {"periods": [str(one) for one in inside], "reason": reason.strip()}}
