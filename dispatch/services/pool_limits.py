"""What the company allows in the grab pool: claims a day, a pause after giving back, points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.formatting import when
from common.journal import record
from common.transactions import transactional
from dispatch.models import Assignment, JobOffer, PointEntry, PoolRule
from workorders.models import TimelineEvent, WorkOrder

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands in the pool; `left` None: no cap, `pause_until` None: no pause."""

    left: int | None
    most: int | None
    pause_until: datetime | None
    points: int
    urgent_times: int


def pool_rule() -> PoolRule:
    """Return the company's rule, or the one that binds nobody."""
    return PoolRule.objects.filter(pk=1).first() or PoolRule(pk=1)


def standing_of(installer: Installer) -> Standing:
    """Return how many claims are left today, a pause, and the points collected so far."""
    rule = pool_rule()
    left = None
    if rule.most_per_day is not None:
        left = max(0, rule.most_per_day - _claims_today(installer))
    summed = PointEntry.objects.filter(installer=installer).aggregate(sum=Sum("points"))
    return Standing(
        left, rule.most_per_day, _pause(rule, installer), summed["sum"] or 0, rule.urgent_times
    )


def refuse_over_limit(installer: Installer) -> None:
    """Raise Refused with the limit that a locked installer has reached."""
    rule = pool_rule()
    until = _pause(rule, installer)
    if until is not None:
        words = _("You gave back %(count)s claimed jobs; you can claim again from %(moment)s")
        given = {"count": rule.gives_back, "moment": when(until, now=clock.now())}
        raise Refused("claim.pause", words % given)
    most = rule.most_per_day
    refuse_unless(
        most is None or _claims_today(installer) < most,
        "claim.cap",
        _("Of the grab pool everybody gets at most %(count)s jobs a day; you have them")
        % {"count": most},
    )


def _claims_today(installer: Installer) -> int:
    """What was claimed today, also what was given back since: the cap is no carousel."""
    begins, ends = clock.day_span(clock.business_day())
    mine = Assignment.objects.filter(installer=installer, way=Assignment.Way.CLAIMED)
    return mine.filter(assigned_at__gte=begins, assigned_at__lt=ends).count()


def _pause(rule: PoolRule, installer: Installer) -> datetime | None:
    """Until when somebody who gave back too much may not claim, None when they may."""
    if not rule.gives_back:
        return None
    now = clock.now()
    claimed = JobOffer.objects.filter(claimed_by=installer).values("work_order")
    given_back = TimelineEvent.objects.filter(
        code="released",
        actor=installer.user_id,
        work_order__in=claimed,
        at__gt=now - timedelta(days=rule.within_days, hours=rule.pause_hours),
    )
    times = list(given_back.order_by("-at").values_list("at", flat=True))
    # The last one that filled the measure begins the pause; a later one begins it anew.
    for place, last in enumerate(times[: len(times) - rule.gives_back + 1]):
        first = times[place + rule.gives_back - 1]
        if last - first <= timedelta(days=rule.within_days):
            until = last + timedelta(hours=rule.pause_hours)
            return until if until > now else None
    return None


@transactional
def give_points(*, order_id: int) -> None:
    """Give the points of a finished job that its installer claimed; again: no effect."""
    held = (
        Assignment.objects.filter(work_order=order_id, way=Assignment.Way.CLAIMED)
        .select_related("work_order")
        .order_by("-pk")
        .first()
    )
    if held is None or held.installer_id != held.work_order.installer_id:
        return
    rule, urgent = pool_rule(), held.work_order.urgent
    points = rule.points * (rule.urgent_times if urgent else 1)
    if points:
        PointEntry.objects.get_or_create(
            work_order=held.work_order,
            defaults={
                "installer": held.installer,
                "points": points,
                "is_urgent": urgent,
                "at": clock.now(),
            },
        )


@transactional
def take_points_back(*, order_id: int) -> None:
    """Take back the points of a job that is not done after all."""
    PointEntry.objects.filter(work_order=order_id).delete()


@transactional
def save_pool_rule(*, values: dict[str, int | None], actor: User) -> None:
    """Set the limits; they bind from the next claim on."""
    PoolRule.objects.update_or_create(pk=1, defaults=values)
    record(actor, "pool_rule.saved", None, **values)


def points_of(order: WorkOrder, rule: PoolRule) -> int:
    """Return the points a job brings to who claims and finishes it."""
    return rule.points * (rule.urgent_times if order.urgent else 1)
