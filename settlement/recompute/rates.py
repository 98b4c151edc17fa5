"""Recomputing what was settled at a rate that has been corrected, or entered too late: a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Conflict
from settlement.currencies.outdated import settled_at_other_rates
from settlement.models import ExchangeRate, RecomputeRun
from settlement.recompute.others import in_the_way
from settlement.recompute.selection import RATE
from settlement.services.periods import alone

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
    """Conflict when another rate than that of the run counts by now for one of its orders."""
    rate = ExchangeRate.objects.get(pk=run.asked[RATE])
    _refuse_corrected(rate)
    compared = settled_at_other_rates().filter(pk__in=run.differences.values("settlement"))
    if compared.exclude(counts=rate.pk).exists():
        sentence = _(
            "A rate of a later day counts for some of these orders by now. Cancel this and compute"
            " each rate's orders again."
        )
        raise Conflict("rate.later", sentence)


def hold_rate(rate_id: int) -> None:
    """Let one run of a rate be under way; Conflict names who began the other."""
    alone(f"rate:{rate_id}")
    runs = RecomputeRun.objects.filter(state__in=OPEN, asked__kind=RATE, asked__rate=rate_id)
    if other := runs.select_related("started_by").first():
        sentence = _("%(who)s computes the orders of this rate again already")
        words = {"who": other.started_by.display_name}
        raise in_the_way(other, "recompute.open", sentence % words)


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
