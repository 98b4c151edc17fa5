"""The visits of an order: from each arrival until its installer left the site, with whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from common import clock
from workorders.flow import Meaning
from workorders.flow_versions import read_version
from workorders.models import StageStay

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder

_HERE = Meaning.ON_SITE


class Visit(NamedTuple):
    """A stay on site; `installer_id` is None where that was not noted yet."""

    installer_id: int | None
    starts_at: datetime
    ends_at: datetime


def visits_of(order: WorkOrder) -> list[Visit]:
    """Return the visits of an order in their order, until now for one that lasts; one query.

    Stages on site that follow each other at once are one visit.
    """
    stays = StageStay.objects.filter(Q(meaning=_HERE.value) | Q(meaning=""), work_order=order)
    found: list[Visit] = []
    for stay in stays.select_related("flow_version").order_by("entered_at", "pk"):
        ends_at = stay.left_at or order.completed_at or clock.now()
        if not _is_on_site(stay) or ends_at < stay.entered_at:
            continue
        last = found[-1] if found else None
        if last and last.installer_id == stay.installer_id and stay.entered_at <= last.ends_at:
            found[-1] = last._replace(ends_at=max(last.ends_at, ends_at))
        else:
            found.append(Visit(stay.installer_id, stay.entered_at, ends_at))
    return found


def _is_on_site(stay: StageStay) -> bool:
    """Rows from before their meaning was kept are read by the flow they followed."""
    if stay.meaning:
        return True
    stages = {stage.key: stage.meaning for stage in read_version(stay.flow_version).stages}
    return stages.get(stay.stage) is _HERE
