"""Who gains and who loses by a recompute, as pictures: bars by size of change, a bar a row."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from settlement.replays.rows import bars_of
from settlement.replays.tally import EDGES_FEN

if TYPE_CHECKING:
    from common.svg import Bin
    from settlement.models import RecomputeRun


KEPT = "spread"
"""The key of a run's totals under which the counts of its bars stand once all is compared."""


def spread(run: RecomputeRun) -> list[Bin]:
    """Return the bars of what payees get more or less of single orders, as a replay's.

    The bar of 0 is empty: what stays as it is is no difference. A run that was compared before
    counts were kept is counted now.
    """
    return bars_of(run.totals.get(KEPT) or counted(run))


def counted(run: RecomputeRun) -> list[int]:
    """Return how many differences each bar holds; one query over all of them."""
    uppers = [*EDGES_FEN, None]
    bounds = pairwise([None, *uppers])
    counts = {
        f"bar_{n}": Count("pk", filter=_between(low, high)) for n, (low, high) in enumerate(bounds)
    }
    rows = run.differences.filter(skipped="").annotate(gain=F("new_fen") - F("old_fen"))
    found = rows.aggregate(**counts)
    return [found[name] for name in counts]


def with_shares(rows: Iterable[Any]) -> list[Any]:
    """Return summed rows with `share`: the size of their change in percent of the largest shown."""
    shown = list(rows)
    most = max((abs(row["size"]) for row in shown), default=0)
    return [row | {"share": 100 * abs(row["size"]) // most if most else 0} for row in shown]


def _between(low: int | None, high: int | None) -> Q:
    """Above the edge below, up to its own: as `bar_of` sorts."""
    found = Q()
    if low is not None:
        found &= Q(gain__gt=low)
    return found & Q(gain__lte=high) if high is not None else found
