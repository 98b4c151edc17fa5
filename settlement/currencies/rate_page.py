"""The list of rates: which row counts, and which settled orders stand at another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from settlement.currencies.outdated import outdated_by
from settlement.currencies.selectors import counting
from settlement.recompute.rates import open_runs

if TYPE_CHECKING:
    from settlement.models import ExchangeRate


class RateRow(NamedTuple):
    """A rate, and how many settled orders of its days stand at another one."""

    rate: ExchangeRate
    counts: bool
    orders: int
    run: int | None  # the recompute of them that is under way


def rate_rows(rates: list[ExchangeRate], *, for_headquarters: bool) -> list[RateRow]:
    """Return the rows of a page; orders and runs are for people who may correct them."""
    counted = counting(rates)
    orders = outdated_by(rates) if for_headquarters else {}
    runs = open_runs(rates) if for_headquarters else {}
    return [
        RateRow(rate, rate.pk in counted, orders.get(rate.pk, 0), runs.get(rate.pk))
        for rate in rates
    ]
