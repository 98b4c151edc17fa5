"""Makes the forecast of a night and keeps it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from common.workdays import day_kind
from dispatch.demand.forecasting import forecast
from dispatch.demand.history import histories
from dispatch.demand.series import Method
from dispatch.models import DemandDay, DemandNight, DemandSeries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dispatch.demand.series import Errors, Key, Prospect

KEPT = timedelta(days=60)
"""So long a day that is over keeps what was said of it."""
_AT_ONCE = 2_000
_SUMS = ("method", "tried", "ours_x10", "last_week_x10")
_Row = tuple[int | None, str, bool]


@transaction.atomic
def make_forecast(*, today: date) -> DemandNight:
    """Foretell from all full days before a Chinese day; once more the same night changes nothing.

    Days that are over keep what was said of them before.
    """
    last = today - timedelta(days=1)
    found = histories(last)
    prospect = forecast(found, last, day_kind)
    length = len(found[0].jobs) if found else 0
    night, _made = DemandNight.objects.update_or_create(
        pk=1, defaults={"last_day": last, "made_at": clock.now(), "history_days": length}
    )
    _keep(prospect)
    return night


def _keep(prospect: Prospect) -> None:
    known: Mapping[_Row, DemandSeries] = {
        (row.region_id, row.trade, row.is_sum): row for row in DemandSeries.objects.all()
    }
    rows: dict[_Row, DemandSeries] = {}
    for outlook in prospect.outlooks:
        rows[(*outlook.key, False)] = _series(outlook.key, outlook.method, outlook.learned)
    shown = {outlook.key.region: outlook.method for outlook in prospect.outlooks}
    for region in shown:
        errors = prospect.cities.get(region)
        rows[region, "", True] = _sum_of(region, errors)
    gone = [row.pk for key, row in known.items() if key not in rows]
    DemandSeries.objects.filter(pk__in=gone).delete()
    for key, row in rows.items():
        if key in known:
            row.pk = known[key].pk
    DemandSeries.objects.bulk_update(
        [row for row in rows.values() if row.pk], _SUMS, batch_size=_AT_ONCE
    )
    DemandSeries.objects.bulk_create(
        [row for row in rows.values() if not row.pk], batch_size=_AT_ONCE
    )
    DemandDay.objects.filter(day__lt=prospect.last_day - KEPT).delete()
    DemandDay.objects.bulk_create(
        (
            DemandDay(
                series=rows[(*outlook.key, False)],
                day=day,
                jobs_x10=outlook.jobs_x10[n],
                last_week_x10=outlook.last_week_x10[n],
                usual_x10=outlook.usual_x10[n],
            )
            for outlook in prospect.outlooks
            for n, day in enumerate(prospect.days)
        ),
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["series", "day"],
        update_fields=["jobs_x10", "last_week_x10", "usual_x10"],
    )


def _series(key: Key, method: Method, errors: Errors) -> DemandSeries:
    return DemandSeries(
        region_id=key.region,
        trade=key.trade,
        method=method.value,
        tried=errors.tried,
        ours_x10=errors.ours_x10,
        last_week_x10=errors.last_week_x10,
    )


def _sum_of(region: int | None, errors: Errors | None) -> DemandSeries:
    if errors is None:
        return DemandSeries(region_id=region, is_sum=True, method=Method.USUAL.value)
    return DemandSeries(
        region_id=region,
        is_sum=True,
        method=(Method.LEARNED if errors.is_better else Method.LAST_WEEK).value,
        tried=errors.tried,
        ours_x10=errors.ours_x10,
        last_week_x10=errors.last_week_x10,
    )
