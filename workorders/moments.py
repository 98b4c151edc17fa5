"""Which orders have come to the time a trigger of their flow waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef

from common.workdays import after_business_minutes, before_business_minutes
from workorders.business_hours import business_hours
from workorders.flow.words import TIMED
from workorders.flow_versions import read_version
from workorders.models import FiredTrigger, FlowVersion, StageStay

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from workorders.flow import Trigger

_MOMENTS: Mapping[str, str] = {
    "due_soon": "due_at",
    "before_appointment": "work_order__window_starts_at",
    "after_appointment": "work_order__window_ends_at",
}


def timed_triggers() -> Iterator[tuple[FlowVersion, Trigger]]:
    """Return the triggers that come with the time, of all versions with open stays."""
    here = StageStay.objects.filter(flow_version=OuterRef("pk"), left_at=None)
    for version in FlowVersion.objects.filter(Exists(here), timed=True).order_by("pk"):
        for trigger in read_version(version).triggers:
            if trigger.on in TIMED:
                yield version, trigger


def stays_in_time(version: FlowVersion, trigger: Trigger, now: datetime) -> QuerySet[Any, Any]:
    """Return the open stays for which a trigger's time has come and that it was not asked for.

    Each has the `moment` it is about. What lies behind already is no longer soon; another moment
    than the one before (the appointment was moved) counts anew.
    """
    stays = StageStay.objects.filter(left_at=None, flow_version=version)
    if trigger.stage:
        stays = stays.filter(stage=trigger.stage)
    stays = stays.annotate(moment=F(_MOMENTS[trigger.on]))
    asked = FiredTrigger.objects.filter(
        stay=OuterRef("pk"), trigger=trigger.key, moment=OuterRef("moment")
    )
    return stays.filter(~Exists(asked), **_bounds(trigger, now))


def _bounds(trigger: Trigger, now: datetime) -> dict[str, Any]:
    """Compare with the moment: one edge for all stays, however nights and holidays lie between."""
    lead = timedelta(minutes=trigger.minutes)
    if trigger.on == "after_appointment":
        edge = now - lead
        if trigger.business_time:
            edge = before_business_minutes(now, trigger.minutes, business_hours())
        return {"moment__lte": edge}
    edge = now + lead
    if trigger.business_time:
        edge = after_business_minutes(now, trigger.minutes, business_hours())
    return {"moment__gt": now, "moment__lte": edge}
