"""Rosters of the demo: this week published at every outlet, the next a draft, leave that waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import Installer, User
from common import clock
from dispatch.models import LeaveRequest, RosterShift, RosterWeek
from dispatch.rosters.patterns import shift_on
from dispatch.rosters.rest import monday_of
from dispatch.rosters.usual import add_usual_patterns

if TYPE_CHECKING:
    from datetime import date

    from dispatch.models import ShiftPattern

_WEEK_DAYS = 7
_LEAVE = (("家里有事", 9, 1), ("孩子家长会", 4, 0), ("回老家", 15, 3))


@transaction.atomic
def ensure_rosters() -> None:
    """Plan this week and the next once, by a few statements; each has a free day as in their file."""
    if RosterWeek.objects.exists():
        return
    marks = {each.mark: each for each in add_usual_patterns(actor=None)}
    people = list(
        Installer.objects.filter(is_active=True).prefetch_related("hours").order_by("number")
    )
    monday = monday_of(clock.business_day())
    boss = User.objects.filter(username="admin").first()
    rows: list[RosterShift] = []
    for n in range(2):
        first = monday + timedelta(days=n * _WEEK_DAYS)
        is_out = n == 0
        weeks = {
            unit: RosterWeek.objects.create(
                unit_id=unit, monday=first, version=1, published_version=int(is_out),
                published_at=clock.now() if is_out else None, published_by=boss if is_out else None,
            )
            for unit in sorted({each.outlet_id for each in people})
        }  # fmt: skip
        for at, installer in enumerate(people):
            rows += _week(
                installer, at + n, first, weeks[installer.outlet_id], marks, is_out=is_out
            )
    RosterShift.objects.bulk_create(rows)
    today = clock.business_day()
    LeaveRequest.objects.bulk_create(
        LeaveRequest(
            installer=installer, reason=reason, asked_at=clock.now(),
            starts_on=today + timedelta(days=ahead), ends_on=today + timedelta(days=ahead + more),
        )
        for installer, (reason, ahead, more) in zip(people, _LEAVE, strict=False)
    )  # fmt: skip


def _week(
    installer: Installer,
    turn: int,
    first: date,
    week: RosterWeek,
    marks: dict[str, ShiftPattern],
    *,
    is_out: bool,
) -> list[RosterShift]:
    working = {each.weekday for each in installer.hours.all()}
    usual = ("早", "全", "早", "晚")[turn % 4]
    found: list[RosterShift] = []
    for n in sorted(working):
        patterns = [marks[usual]]
        # One of ten stands by in the evening, each on another day.
        if turn % 10 == n and usual != "晚":
            patterns.append(marks["值"])
        for published in (False, True) if is_out else (False,):
            for pattern in patterns:
                row = shift_on(pattern, first + timedelta(days=n))
                row.week, row.installer, row.published = week, installer, published
                found.append(row)
    return found
