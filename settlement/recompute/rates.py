"""Recomputing what was settled at a rate that has been corrected, or entered too late: a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Conflict
from settlement.models import ExchangeRate, RecomputeRun
from settlement.recompute.selection import RATE

if TYPE_CHECKING:
    from collections.abc import Iterable

State = RecomputeRun.State
OPEN = (State.COMPUTING, State.REVIEW, State.APPLYING)


def corrected_rate(rate: ExchangeRate) -> dict[str, Any]:
    """Return what a run keeps of a rate; each order keeps the rules it was settled by.

    Conflict for a rate that another one of its day has corrected.
    """
    _refuse_corrected(rate)
    value = f"1 {rate.currency} = {rate.plain} CNY, {rate.day.isoformat()}"
    return {RATE: rate.pk, "kind": RATE, "value": value, "source": rate.source}


def refuse_another_rate(run: RecomputeRun) -> None:
    """Conflict when the rate of a run has been corrected since."""
    _refuse_corrected(ExchangeRate.objects.get(pk=run.asked[RATE]))


def open_runs(rates: Iterable[ExchangeRate]) -> dict[int, int]:
    """Return the run that is under way, by rate; one query."""
    ids = [rate.pk for rate in rates]
    runs = RecomputeRun.objects.filter(state__in=OPEN, asked__kind=RATE, asked__rate__in=ids)
    return dict(runs.order_by("pk").values_list("asked__rate", "pk"))


def _refuse_corrected(rate: ExchangeRate) -> None:
    same_day = ExchangeRate.objects.filter(currency=rate.currency, day=rate.day)
    newer = same_day.filter(pk__gt=rate.pk).order_by("-pk").first()
    if newer is not None:
        sentence = _("This rate has been corrected: %(rate)s counts for %(day)s")
        raise Conflict(
            "rate.corrected", sentence % {"rate": newer.plain, "day": rate.day.isoformat()}
        )
